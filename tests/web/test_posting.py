"""Posting by phone: a signed-in scan leads to the poster's page, a citizen's to the form, and one tap notes what is seen."""

import io
import re

import pytest
from PIL import Image

from service.hub.accounts import add_user, list_users
from service.hub.codes import mint, set_code_state
from service.hub.posting import Life, Proof, note_step
from service.store import cases, outbox
from service.store.scans import scans_between
from tests.hub.test_posting import CENTRE
from tests.web.conftest import SPOT, hidden_value, text_of
from tests.web.test_desk import PASSWORD, sign_in

STAFF = {
    "centre": ("centre", ""), "xinhe": ("331081104.command", ""), "daxi": ("331081101.command", ""), "liuzha": ("331081104.command", "grid"),
    "labour": ("labour", ""), "auditor": ("centre", "auditor"),
}  # fmt: skip


@pytest.fixture
def staff(site):
    return site


def entered(site, name):
    """A client that is signed in; the account is made when it is first used, because passwords are hashed slowly."""
    client = site.client()
    if name not in {user.username for user in list_users(site.hub)}:
        unit, role = STAFF[name]
        add_user(site.hub, name, PASSWORD, unit, role=role)
    sign_in(client, name)
    return client


def page_of(site, scene_key="general"):
    return "/desk/poster/" + site.codes[scene_key].token


def press(client, path, life, **more):
    html = text_of(client.get(path))
    form = {"csrf": hidden_value(html, "csrf"), "seen": hidden_value(html, "seen"), "life": life, **more}
    return client.post(path, data=form, content_type="multipart/form-data")


def photo():
    picture = io.BytesIO()
    Image.new("RGB", (300, 200), "#88aacc").save(picture, "JPEG")
    return io.BytesIO(picture.getvalue()), "IMG_1.jpg"


def test_a_signed_in_scan_leads_to_the_poster_and_a_citizens_scan_to_the_form(staff):
    officer, path = entered(staff, "liuzha"), staff.path("general")
    answer = officer.get(path)
    assert (answer.status_code, answer.location) == (302, page_of(staff))
    assert staff.client().get(path).status_code == 200
    # Who wants the citizens' page gets it, and so does an account that posts nothing, and a session that has ended.
    assert officer.get(path + "?form=1").status_code == 200
    assert officer.get(path + "?scene=wage").status_code == 200
    assert entered(staff, "labour").get(path).status_code == 200
    stale = staff.client()
    stale.set_cookie("__Host-gz_session", "ended")
    assert stale.get(path).status_code == 200


def test_the_scan_of_a_bad_code_by_an_officer_is_an_ordinary_scan(staff):
    assert entered(staff, "liuzha").get("/s/" + "0" * 45).status_code == 200


def test_an_officers_scan_is_not_counted_as_a_visit(staff):
    entered(staff, "liuzha").get(staff.path("general"))
    staff.hub.scan_counts.write()
    with staff.hub.store.read() as tx:
        assert scans_between(tx, staff.hub.today(), staff.hub.today()) == []


def test_it_hangs_here_with_photo_position_and_note(staff):
    officer = entered(staff, "liuzha")
    answer = press(officer, page_of(staff), "posted", photo=photo(), position="121.40001, 28.45002 ±9", note="宣传栏左边")
    assert (answer.status_code, answer.location) == (303, page_of(staff) + "?done=posted")
    html = text_of(officer.get(answer.location))
    for text in ("已记下：已张贴", "宣传栏左边", "121.40001, 28.45002", "liuzha", "下次巡查不晚于 2027-02-22"):
        assert text in html
    (picture,) = set(re.findall(r'src="(/desk/poster/[^"]+)"', html))
    shown = officer.get(picture)
    assert shown.content_type == "image/jpeg"
    assert Image.open(io.BytesIO(shown.get_data())).size == (300, 200)
    assert staff.client().get(picture).status_code == 303
    assert entered(staff, "daxi").get(picture).status_code == 404


def test_the_page_asks_the_browser_for_nothing_but_the_position(staff):
    answer = entered(staff, "liuzha").get(page_of(staff))
    assert answer.headers["Permissions-Policy"].startswith("geolocation=(self), camera=()")
    assert answer.headers["Cache-Control"] == "no-store"
    assert staff.client().get(staff.path("wage")).headers["Permissions-Policy"].startswith("geolocation=()")


def test_the_position_of_a_shelter_is_not_asked_for(staff):
    assert 'name="position"' not in text_of(entered(staff, "liuzha").get(page_of(staff, "shelter")))


def test_the_likely_step_is_the_large_button(staff):
    officer = entered(staff, "liuzha")
    assert re.search(r'<button class="go wide" name="life" value="posted">就贴在这里<', text_of(officer.get(page_of(staff))))
    press(officer, page_of(staff), "posted")
    html = text_of(officer.get(page_of(staff)))
    assert re.search(r'<button class="go wide" name="life" value="inspected">', html) and "换了位置，重新贴在这里" in html


def test_mistakes_stand_at_their_fields_and_what_was_typed_stays(staff):
    officer = entered(staff, "liuzha")
    answer = press(officer, page_of(staff), "posted", position="文化礼堂", note="左边")
    html = text_of(answer)
    assert answer.status_code == 422
    assert "没看懂这个位置" in html and 'value="左边"' in html and 'value="文化礼堂"' in html
    answer = press(officer, page_of(staff), "posted", photo=(io.BytesIO(b"no picture"), "a.jpg"))
    assert answer.status_code == 422 and "这不是照片" in text_of(answer)
    assert press(officer, page_of(staff), "inspected").status_code == 422
    assert press(officer, page_of(staff), "eaten").status_code == 400


def test_a_second_tap_on_an_old_page_is_told_what_happened_meanwhile(staff):
    officer = entered(staff, "liuzha")
    html = text_of(officer.get(page_of(staff)))
    form = {"csrf": hidden_value(html, "csrf"), "seen": hidden_value(html, "seen"), "life": "posted"}
    assert officer.post(page_of(staff), data=form).status_code == 303
    answer = officer.post(page_of(staff), data=form)
    assert answer.status_code == 409 and "刚才有人先记了一条" in text_of(answer)
    assert text_of(answer).count("<li><strong>已张贴") == 1


@pytest.mark.parametrize(
    ("name", "status", "offers"),
    [
        ("centre", 200, {"posted", "lost", "printed", "retired", "replaced"}),
        ("xinhe", 200, {"posted", "lost"}),
        ("liuzha", 200, {"posted", "lost"}),
        ("daxi", 200, set()),
        ("labour", 403, set()),
        ("auditor", 403, set()),
    ],
)
def test_each_account_is_offered_what_it_may_do_and_no_more(staff, name, status, offers):
    answer = entered(staff, name).get(page_of(staff))
    assert answer.status_code == status
    assert set(re.findall(r'name="life" value="(\w+)"', text_of(answer))) == offers


def test_another_townships_officer_sees_what_is_printed_and_writes_nothing(staff):
    note_step(staff.hub, CENTRE, staff.codes["general"].token, Life.POSTED, Proof("钥匙在村委会"))
    daxi = entered(staff, "daxi")
    html = text_of(daxi.get(page_of(staff)))
    assert "不在您的辖区" in html and "文化礼堂" in html and "钥匙" not in html
    token = hidden_value(text_of(entered(staff, "xinhe").get(page_of(staff))), "csrf")
    daxi.set_cookie("__Host-gz_csrf", token)
    assert daxi.post(page_of(staff), data={"csrf": token, "life": "lost", "seen": "2"}).status_code == 403
    assert daxi.post(page_of(staff), data={"life": "lost", "seen": "2"}).status_code == 403


def test_an_unknown_poster_is_a_calm_page_and_the_door_is_closed_without_signing_in(staff):
    assert entered(staff, "centre").get("/desk/poster/" + "0" * 45).status_code == 404
    assert entered(staff, "centre").get("/desk/poster/nothing").status_code == 404
    assert staff.client().get(page_of(staff)).status_code == 303


def test_a_replacement_leads_to_the_new_poster_whose_paper_can_be_fetched(staff):
    centre = entered(staff, "centre")
    answer = press(centre, page_of(staff), "replaced", note="破损")
    assert answer.status_code == 303 and answer.location != page_of(staff)
    html = text_of(centre.get(answer.location))
    assert "7-2" in html and "已生成" in html
    paper = centre.get(answer.location.partition("?")[0] + "/a4.pdf")
    assert paper.status_code == 200 and paper.get_data().startswith(b"%PDF")
    assert 'filename="7-2-a4.pdf"' in paper.headers["Content-Disposition"]
    former = text_of(centre.get(page_of(staff)))
    assert "已经换了新海报" in former and "已换新" in former
    assert entered(staff, "daxi").get(answer.location.partition("?")[0] + "/a4.pdf").status_code == 404
    assert press(entered(staff, "liuzha"), answer.location.partition("?")[0], "replaced").status_code == 403


def test_a_poster_that_was_lost_still_takes_complaints_and_alarms_the_centre(staff):
    set_code_state(staff.hub, staff.codes["general"].token, "lost", by="centre")
    client = staff.client()
    assert "登记为丢失" in text_of(client.get(staff.path("general")))
    answer = client.post(staff.path("general"), data=staff.sample("general"))
    assert answer.status_code == 303
    with staff.hub.store.read() as tx:
        (row,) = cases.newest_cases(tx)
        kinds = {job["kind"]: job["payload"] for job in outbox.outbox_of(tx, row["id"])}
    assert row["code_state"] == "lost" and "code_lost" in row["marks"] and row["lead_unit_id"]
    assert kinds["code.alarm"]["unit_id"] == "centre" and kinds["code.alarm"]["spot_id"] == SPOT.id


def test_what_came_of_a_poster_is_counted_by_day(staff):
    client = staff.client()
    client.get(staff.path("general"))
    client.post(staff.path("general"), data=staff.sample("general"))
    staff.hub.scan_counts.write()
    assert "2026-11-24：打开 1，开始填 1，提交 1" in text_of(entered(staff, "liuzha").get(page_of(staff)))
    assert "打开 1" not in text_of(entered(staff, "daxi").get(page_of(staff)))


def test_english_pages_speak_english(staff):
    html = text_of(entered(staff, "liuzha").get(page_of(staff) + "?lang=en"))
    assert "It hangs here" in html and not re.search(r"就贴在这里|拍一张", html)


def test_a_unified_code_is_posted_like_any_other(staff):
    code = mint(staff.hub, SPOT, "unified")
    assert "统一码" in text_of(entered(staff, "liuzha").get("/desk/poster/" + code.token))
