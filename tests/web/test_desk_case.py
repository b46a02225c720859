"""The page of a case: everything in words, each action asking just what it needs, two clerks at once, and who sees what."""

import io
import re

import pytest
from PIL import Image

from gonzhi_code.words import Words
from service.hub.accounts import User
from service.hub.handling import Given, act
from service.store import audit, cases
from tests.web.conftest import text_of
from tests.web.desks import file, post, sign_in

RESULT = {"conclusion": "solved", "short": "水泵已检修，噪声达标", "answer": "7月5日检修水泵，\n复测夜间噪声达标。"}


def page_of(client, case_no):
    return text_of(client.get(f"/desk/case/{case_no}"))


def words(html):
    html = re.sub(r"<(style|script)>.*?</\1>", " ", html, flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def version(html):
    return re.search(r'name="version" value="(\d+)"', html)[1]


def do(client, case_no, key, **form):
    """Sends a small form as the page holds it now."""
    return post(client, f"/desk/case/{case_no}/{key}", version=version(page_of(client, case_no)), **form)


def someone(site, unit_id, role="unit", name="somebody"):
    return User(1, name, name, unit_id, site.hub.county.units[unit_id].township_id, role)


def bring(site, case_no, *steps):
    """Brings a case along by people who are not on a page."""
    for step in steps:
        with site.hub.store.read() as tx:
            row = cases.get_case(tx, case_no)
        role = {"centre": "centre"}.get(row["holder"], "unit")
        act(site.hub, someone(site, row["holder"], role, f"{role}.{step}"), case_no, row["version"], step, GIVEN.get(step))


GIVEN = {
    "resolve": Given(conclusion="solved", short="水泵已检修", answer="已检修，复测达标。"), "send_back": Given(reason="泵房归水务集团"),
    "reopen": Given(reason="群众不满意"), "rework": Given(reason="没有复测"),
}  # fmt: skip


def log_of(site, case_no):
    with site.hub.store.read() as tx:
        return [(row["who"], row["action"], row["reason"]) for row in audit.audit_of(tx, cases.get_case(tx, case_no)["id"])]


def picture(colour=(10, 120, 200)):
    kept = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(kept, "JPEG")
    kept.seek(0)
    return kept


# --- what it says


@pytest.mark.parametrize("scene", ["wage", "medins", "shelter", "campus", "general"])
@pytest.mark.parametrize("look", ["", "?lang=en"])
def test_every_answer_stands_under_the_label_of_its_question(site, scene, look):
    case_no = file(site, scene)
    client = sign_in(site)
    html = text_of(client.get(f"/desk/case/{case_no}{look}"))
    spec = site.hub.plans[scene].scene
    with site.hub.store.read() as tx:
        answers = cases.get_case(tx, case_no)["answers"]
    lang = "en" if look else "zh"
    for name in set(answers) & set(spec.fields):
        label = spec.fields[name].label
        assert f"<dt>{label.en if lang == 'en' else label}</dt>".replace("'", "&#39;") in html, name
    assert not re.search(r"<dd>(True|False|\[|\{|None)", html)


def test_choices_money_months_and_people_stand_in_words(site):
    case_no = file(site, "wage")
    told = words(page_of(sign_in(site), case_no))
    for part in ("工地、建筑项目", "48,600.00 元", "2025 年 9 月", "考勤、聊天记录", "李**", "139****9000", "3****************1"):
        assert part in told, part
    for person in ("李建国", "13900139000", "331081199003071231"):
        assert person not in told


def test_clocks_holder_reason_and_history_are_there(site):
    case_no = file(site)
    told = words(page_of(sign_in(site), case_no))
    for part in (
        "签收 还剩 2 小时 11 月 24 日 14:10", "法定 信访工作条例第二十三条", "general.noise.water", "新河镇社会发展服务办公室 11 月 24 日 10:00 现在",
        "上报 诉求人", "交办 → 新河镇社会发展服务办公室 系统 供水设备噪声",
    ):  # fmt: skip
        assert part in told, (part, told)


def test_related_cases_are_named_with_the_reason(site):
    first = file(site, reporter_phone="13857612345")
    second = file(site, reporter_phone="13857612345")
    html = page_of(sign_in(site), second)
    assert f'<a href="/desk/case/{first}">' in html and "同一联系电话" in html


# --- who sees it


@pytest.mark.parametrize("scene", ["general", "medins"])
def test_whoever_has_no_part_in_a_case_is_told_there_is_none(site, scene):
    case_no = file(site, scene)
    client = sign_in(site, "zeguo")
    client.get("/desk")
    for answer in (
        client.get(f"/desk/case/{case_no}"), client.get("/desk/case/2222-2222"), client.get("/desk/case/nonsense"),
        post(client, f"/desk/case/{case_no}/acknowledge", version="1"), post(client, f"/desk/case/{case_no}/note", text="x"),
        post(client, f"/desk/case/{case_no}/reveal", reason="好奇"), client.get(f"/desk/case/{case_no}/photo/{'0' * 64}"),
    ):  # fmt: skip
        assert answer.status_code == 404
        assert case_no not in text_of(answer)


def test_a_township_sees_number_and_state_of_a_protected_case_and_may_do_nothing(site):
    case_no = file(site, "medins")
    client = sign_in(site, "xinhe")
    told = words(page_of(client, case_no))
    assert "这件事不公开" in told and "已交办" in told
    assert "医保" not in told.replace("医疗保障", "") and "新河" not in re.sub(r"新河镇综合信息指挥室", "", told)
    assert post(client, f"/desk/case/{case_no}/note", text="x").status_code == 404


def test_the_words_of_a_protected_case_are_read_by_its_lead_alone_and_each_reading_is_logged(site):
    case_no = file(site, "medins")
    told = words(page_of(sign_in(site), case_no))
    assert "（封存，只有主办单位可看）" in told and "康民大药房" not in told
    assert log_of(site, case_no) == []
    assert "康民大药房" in words(page_of(sign_in(site, "medins"), case_no))
    assert log_of(site, case_no) == [("medins", "read_words", "")]


def test_who_reported_is_shown_once_with_a_reason_that_is_logged(site):
    case_no = file(site, reporter_name="赵大明", reporter_phone="13857612345")
    client = sign_in(site, "social")
    refused = do(client, case_no, "reveal", reason=" ")
    assert refused.status_code == 422 and "赵大明" not in text_of(refused)
    assert log_of(site, case_no) == []
    answer = do(client, case_no, "reveal", reason="电话核实现场情况")
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    assert "赵大明" in text_of(answer) and "13857612345" in text_of(answer)
    assert log_of(site, case_no) == [("social", "reveal", "电话核实现场情况")]
    html = page_of(client, case_no)
    assert "赵大明" not in html and "赵**" in html and "138****2345" in html


@pytest.mark.parametrize("name", ["officer", "auditor"])
def test_an_account_without_the_verb_reveals_nobody(site, name):
    case_no = file(site, reporter_name="赵大明")
    client = sign_in(site, name)
    html = page_of(client, case_no)
    assert "查看诉求人" not in html
    assert post(client, f"/desk/case/{case_no}/reveal", reason="想看看").status_code == 403
    assert log_of(site, case_no) == []


def test_an_auditor_looks_and_is_offered_nothing(site):
    html = page_of(sign_in(site, "auditor"), file(site))
    assert 'class="ask"' not in html and "全部经过" in html


# --- what is done


def test_the_obvious_next_action_stands_open_and_the_others_behind_it(site):
    case_no = file(site)
    html = page_of(sign_in(site, "social"), case_no)
    first = re.search(r'<section class="next".*?</section>', html, re.S)[0]
    assert "下一步：签收" in first and first.count("<form") == 1
    assert re.findall(r"<summary>([^<]+)</summary>", html) == ["退回", "问诉求人", "申请延期", "上传现场照片", "写备注", "查看诉求人", "打印含诉求人的案卷"]


def test_a_case_goes_from_desk_to_desk_through_its_forms(site):
    case_no = file(site)
    office, boss = sign_in(site, "social"), sign_in(site)
    for key in ("acknowledge", "start"):
        assert do(office, case_no, key).location == f"/desk/case/{case_no}?done={key}"
    assert "已开始处置" in text_of(office.get(f"/desk/case/{case_no}?done=start"))
    assert do(office, case_no, "resolve", **RESULT).status_code == 303
    html = page_of(boss, case_no)
    assert "下一步：办结归档" in html and "水泵已检修，噪声达标" in html
    assert do(boss, case_no, "rework", reason="没有复测数据").status_code == 303
    assert do(office, case_no, "resolve", **RESULT).status_code == 303
    assert do(boss, case_no, "close").status_code == 303
    told = words(page_of(boss, case_no))
    assert "已办结" in told and "退回重办 → 新河镇社会发展服务办公室 boss 没有复测数据" in told.replace(" 温岭市社会治理中心", " boss")


def test_every_field_that_is_missing_is_named_at_once_beside_it_and_what_was_typed_is_kept(site):
    case_no = file(site)
    office = sign_in(site, "social")
    bring(site, case_no, "acknowledge", "start")
    answer = do(office, case_no, "resolve", conclusion="", short="加微信聊" * 10, answer="写了很多\n两行")
    html = text_of(answer)
    assert answer.status_code == 422
    assert re.findall(r'<li><a href="#(resolve-\w+)">', html) == ["resolve-short", "resolve-conclusion"]
    assert 'id="resolve-short-e"' in html and 'aria-describedby="resolve-short-h resolve-short-e" aria-invalid="true"' in html
    assert "加微信聊" * 10 in html and ">\n写了很多\n两行</textarea>" in html
    assert "处置中" in page_of(office, case_no)


def test_of_two_clerks_the_second_is_told_who_did_what_and_keeps_what_was_typed(site):
    case_no = file(site)
    office, other = sign_in(site, "social"), someone(site, "331081104.social", name="li")
    seen = version(page_of(office, case_no))
    bring(site, case_no, "acknowledge")
    answer = post(office, f"/desk/case/{case_no}/send_back", version=seen, reason="泵房归水务集团管理")
    told = words(text_of(answer))
    assert answer.status_code == 409
    assert "unit.acknowledge 已在 11 月 24 日 10:00 办了“签收”，现在是“已签收”。" in told
    assert "泵房归水务集团管理" in text_of(answer)
    act(site.hub, other, case_no, int(seen) + 1, "start", Given())
    answer = post(office, f"/desk/case/{case_no}/send_back", version=seen, reason="泵房归水务集团管理")
    assert answer.status_code == 409
    # Sending back is not possible any more; what was typed stands apart.
    assert "您刚才填的" in text_of(answer) and "泵房归水务集团管理" in text_of(answer)
    assert "处置中" in page_of(office, case_no)


def test_who_is_too_late_hears_so_even_where_the_case_has_left_their_sight(site):
    case_no = file(site)
    office = sign_in(site, "social")
    bring(site, case_no, "acknowledge", "start")
    seen = version(page_of(office, case_no))
    given = Given(reason="请平安法治办公室处理", unit_id="331081104.safety")
    act(site.hub, someone(site, "331081104.social", name="li"), case_no, int(seen), "hand_over", given)
    answer = post(office, f"/desk/case/{case_no}/resolve", version=seen, **RESULT)
    assert answer.status_code == 409 and "li 已在" in text_of(answer)
    assert office.get(f"/desk/case/{case_no}").status_code == 404


def test_what_is_handed_on_and_out_of_sight_leads_back_to_the_queue(site):
    case_no = file(site)
    office = sign_in(site, "social")
    bring(site, case_no, "acknowledge", "start")
    answer = do(office, case_no, "hand_over", unit_id="331081104.safety", reason="请平安法治办公室处理", has_helpers="1")
    assert answer.location == "/desk?done=hand_over"
    assert "已移交" in text_of(office.get(answer.location))


def test_helpers_are_chosen_or_left_as_they_are(site):
    case_no = file(site)
    office = sign_in(site, "social")
    bring(site, case_no, "acknowledge", "start")
    html = page_of(office, case_no)
    picker = re.search(r'<select id="hand_over-unit_id".*?</select>', html, re.S)[0]
    assert re.findall(r'<optgroup label="([^"]+)">', picker) == ["新河镇", "温岭市"]
    answer = do(office, case_no, "hand_over", unit_id="331081104.safety", helper_ids=["police", "331081104.safety"], reason="x", has_helpers="1")
    assert "主办单位不用再选为协办" in text_of(answer)
    assert 'value="police" selected' in text_of(answer)
    do(office, case_no, "hand_over", unit_id="331081104.safety", helper_ids=["police"], reason="x", has_helpers="1")
    with site.hub.store.read() as tx:
        assert cases.get_case(tx, case_no)["helper_ids"] == ["police"]


def test_extensions_supervision_questions_notes_and_appeals_have_their_forms(site):
    case_no = file(site)
    office, boss = sign_in(site, "social"), sign_in(site)
    assert "填 1 到 10 个工作日" in text_of(do(office, case_no, "ask_extension.handle", working_days="99", reason="要采购"))
    assert do(office, case_no, "ask_extension.handle", working_days="5", reason="要采购设备").status_code == 303
    decide = re.search(r'<form class="ask"[^>]*id="decide_extension\d+".*?</form>', page_of(boss, case_no), re.S)[0]
    assert "要采购设备" in decide
    record = re.search(r'name="record" value="(\d+)"', decide)[1]
    assert "请选择同意还是不同意" in text_of(do(boss, case_no, "decide_extension", record=record))
    assert do(boss, case_no, "decide_extension", record=record, granted="1").status_code == 303
    bad = text_of(do(boss, case_no, "supervise", level="", text="", due_at="2020-01-01T00:00"))
    for sentence in ("请写明要求", "请选择督办的级别", "请填今后的答复期限"):
        assert sentence in bad
    assert do(boss, case_no, "supervise", level="listed", text="三天内办完", due_at="2026-11-27T12:00").status_code == 303
    assert do(boss, case_no, "remind", text="请抓紧").status_code == 303
    html = page_of(office, case_no)
    record = re.search(r'id="answer_supervision(\d+)"', html)[1]
    assert do(office, case_no, "answer_supervision", record=record, answer="正在采购").status_code == 303
    assert do(office, case_no, "ask_reporter", text="夜里几点最响？").status_code == 303
    assert do(office, case_no, "note", text="已电话联系水厂").status_code == 303
    told = words(page_of(boss, case_no))
    for part in ("申请延期 5 个工作日", "延期：同意", "挂牌督办", "三天内办完 11 月 27 日 12:00 前答复", "催办", "答复督办", "问诉求人", "夜里几点最响？", "内部备注"):
        assert part in told, part


def test_what_another_role_may_do_is_refused_with_a_sentence(site):
    case_no = file(site)
    office = sign_in(site, "social")
    assert "您的账号没有这项权限" in text_of(do(office, case_no, "supervise", level="general", text="x"))
    assert do(office, case_no, "close").status_code == 403
    assert do(office, case_no, "nothing").status_code == 403
    assert do(office, case_no, "decide_extension", record="99999999999", granted="1").status_code == 403


@pytest.mark.parametrize("seen", ["", "0", "-1", "1e9", "99999999999999999999", "１"])
def test_a_made_up_version_is_no_fault(site, seen):
    case_no = file(site)
    office = sign_in(site, "social")
    office.get("/desk")
    assert post(office, f"/desk/case/{case_no}/acknowledge", version=seen).status_code == 409


# --- photos


def test_photos_of_the_desk_are_kept_even_where_the_result_is_refused_and_served_to_those_who_may_look(site):
    case_no = file(site)
    office = sign_in(site, "social")
    bring(site, case_no, "acknowledge", "start")
    page_of(office, case_no)
    answer = do(office, case_no, "resolve", photos=[(picture(), "a.jpg"), (picture((9, 9, 9)), "b.jpg")], short="", answer="x", conclusion="solved")
    html = text_of(answer)
    assert answer.status_code == 422 and html.count("<img ") == 2
    address = re.search(r'<img src="([^"]+)"', html)[1]
    shown = office.get(address)
    assert (shown.status_code, shown.content_type, shown.headers["Cache-Control"]) == (200, "image/jpeg", "no-store")
    assert sign_in(site, "zeguo").get(address).status_code == 404
    assert site.client().get(address).location.startswith("/desk/login")


def test_a_file_that_is_no_photo_is_refused_in_words(site):
    case_no = file(site)
    office = sign_in(site, "social")
    answer = do(office, case_no, "photo", photos=[(io.BytesIO(b"no picture"), "a.jpg")])
    assert answer.status_code == 422 and "这不是照片" in text_of(answer)
    assert "还没有选照片" in text_of(do(office, case_no, "photo"))


def test_photos_of_a_protected_case_are_for_its_lead_alone(site):
    case_no = file(site, "medins")
    receipt = site.hub.tokens.make(case_no)
    site.client().post(f"/receipt/{receipt}/photos", data={"photos": (picture(), "a.jpg")})
    address = re.search(r'<img src="([^"]+)"', page_of(sign_in(site, "medins"), case_no))[1]
    boss = sign_in(site)
    assert "有 1 张照片，只有主办单位可看" in page_of(boss, case_no)
    assert boss.get(address).status_code == 404


def test_the_sentences_for_what_was_done_are_in_both_languages(site):
    from service.web.desk_words import DONE, REFUSALS

    assert all(isinstance(one, Words) and one.en != str(one) for one in (*DONE.values(), *REFUSALS.values()))
