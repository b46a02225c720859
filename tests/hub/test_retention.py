"""The promise of the privacy notice: who reported a case goes after 180 days, what was written after 3 years, and nothing before."""

import datetime as dt
import json
from dataclasses import replace

import pytest

from gonzhi_code.cases import State
from service.hub import retention
from service.hub.case_access import Access, Proof
from service.hub.casepage import open_case
from service.hub.citizen_case import read_case
from service.hub.handling import Given, NotAllowed, possible
from service.hub.letters import add_words
from service.hub.noticing import Noticing
from service.hub.opening import all_answers
from service.hub.photos import attach_photo
from service.hub.rating import rate
from service.hub.reopening import appeal
from service.hub.replaying import replay_cases
from service.hub.replies import Reply, take_reply
from service.hub.retention import mask_case, run_retention, standing, without_people
from service.hub.tracking import look_up
from service.notify.file import FileChannel
from service.sealing import Sealer
from service.store import audit, cases, notices, photos
from service.store import retention as kept
from service.store.tables import metadata
from service.store.tables_handling import sms_replies

from .desks import bring, centre, do, holder, moves_of, row_of, send
from .test_photos import photo

PHONE, NAME = "13857612345", "赵建国"
ADDRESS = "六闸潮村三百二十一号院"


def closed(hub, scene="general", **more):
    return bring(hub, send(hub, scene, **{"reporter_phone": PHONE, "reporter_name": NAME, **more}), State.CLOSED)


def answers_of(hub, case_no):
    with hub.store.read() as tx:
        return all_answers(hub, tx, row_of(hub, case_no))


def gone(hub, case_no):
    with hub.store.read() as tx:
        return set(kept.tombstones_of(tx, row_of(hub, case_no)["id"]))


def deeds(hub, case_no):
    with hub.store.read() as tx:
        return [one["action"] for one in audit.audit_of(tx, row_of(hub, case_no)["id"])]


def sealed_of(hub, case_no):
    with hub.store.read() as tx:
        return cases.sealed_of(tx, row_of(hub, case_no)["id"])


def test_nothing_goes_a_day_too_early_and_the_reporter_goes_on_the_day(hub, clock):
    case_no = closed(hub)
    clock.move(days=179)
    assert run_retention(hub) == 0 and answers_of(hub, case_no)["reporter_phone"] == PHONE
    clock.move(days=1, minutes=1)
    assert run_retention(hub) == 1
    answers = answers_of(hub, case_no)
    assert not {"reporter_phone", "reporter_name"} & set(answers) and answers["category"] == "noise"
    assert gone(hub, case_no) == {"masked"} and deeds(hub, case_no).count("case.masked") == 1
    with hub.store.read() as tx:
        assert {one["phone_index"] for one in notices.notices_of(tx, row_of(hub, case_no)["id"])} <= {""}
    assert look_up(hub, case_no, PHONE[-4:], "10.0.0.1") is None
    assert run_retention(hub) == 0


@pytest.mark.parametrize("state", [State.ASSIGNED, State.IN_HANDLING, State.RETURNED, State.RESOLVED, State.ACCEPTED])
def test_a_case_that_is_not_over_keeps_everything(hub, clock, state):
    case_no = bring(hub, send(hub, reporter_phone=PHONE), state)
    clock.move(days=5000)
    assert run_retention(hub) == 0
    assert answers_of(hub, case_no)["reporter_phone"] == PHONE
    with pytest.raises(NotAllowed, match="not_over"):
        mask_case(hub, case_no, "cli:ops", "本人要求")


def test_the_period_counts_from_the_last_move_not_from_the_report(hub, clock):
    case_no = closed(hub)
    clock.move(days=100)
    do(hub, centre(hub, "second"), case_no, "reopen")
    clock.move(days=100)
    assert run_retention(hub) == 0
    bring_again(hub, case_no)
    clock.move(days=179)
    assert run_retention(hub) == 0
    clock.move(days=2)
    assert run_retention(hub) == 1


def bring_again(hub, case_no):
    do(hub, centre(hub, "second"), case_no, "assign", Given(unit_id=row_of(hub, case_no)["holder"]))
    for step in ("acknowledge", "start", "resolve"):
        do(hub, replace(holder(hub, case_no), username="another"), case_no, step)
    do(hub, centre(hub, "third"), case_no, "close")


def test_a_merged_case_waits_for_the_one_it_follows(hub, clock):
    main, second = send(hub, reporter_phone=PHONE), send(hub, reporter_phone="13857699999")
    do(hub, centre(hub), second, "merge", Given(main_case_no=main, reason="同一件事"))
    clock.move(days=400)
    assert run_retention(hub) == 0, "the reporter of the second is still told what becomes of the first"
    bring(hub, main, State.CLOSED)
    clock.move(days=181)
    assert run_retention(hub) == 2 and gone(hub, second) == {"masked"}


def test_an_appeal_that_nobody_decided_keeps_a_case_whole(hub, clock):
    case_no = closed(hub)
    clock.move(days=30)
    assert appeal(hub, case_no, "还是很吵").asked
    clock.move(days=2000)
    assert run_retention(hub) == 0 and answers_of(hub, case_no)["reporter_phone"] == PHONE


def everything(hub, tmp_path):
    """A case with something in every place that holds words."""
    case_no = send(hub, reporter_phone=PHONE, reporter_name=NAME, description=f"{NAME}：水泵夜里响，在{ADDRESS}")
    token = hub.tokens.make(case_no)
    attach_photo(hub, token, "泵房.png", photo())
    add_words(hub, case_no, f"补充：{ADDRESS}", "words-000001")
    bring(hub, case_no, State.CLOSED)
    Noticing(hub, FileChannel(tmp_path / "sms")).run_due()
    rate(hub, case_no, 3, f"{ADDRESS}的人都知道")
    take_reply(hub, Reply("aliyun", "late-1", PHONE, f"谢谢，{NAME}"))
    return case_no


def test_after_three_years_only_figures_are_left(hub, clock, tmp_path):
    case_no = everything(hub, tmp_path)
    before = row_of(hub, case_no)
    (picture,) = photos_of(hub, case_no)
    key = picture["name"].rpartition("/")[2]
    clock.move(days=3 * 366 + 1)
    assert run_retention(hub) == 1
    row = row_of(hub, case_no)
    stays = ("case_no", "state", "scene_key", "township_id", "village_id", "lead_unit_id", "reported_at", "closed_at", "grade", "reopen_count")
    assert {name: row[name] for name in stays} == {name: before[name] for name in stays}
    assert answers_of(hub, case_no) == {} and sealed_of(hub, case_no) is None and photos_of(hub, case_no) == []
    assert row["place"] == hub.county.place_name(row["village_id"] or row["township_id"])
    with pytest.raises(KeyError):
        hub.photos.get(key)
    assert [(move["action"], move["reason"]) for move in moves_of(hub, case_no)][-1] == ("close", "")
    assert gone(hub, case_no) == {"masked", "forgotten"} and run_retention(hub) == 0
    written = json.dumps(dump(hub, case_no), default=str, ensure_ascii=False)
    for word in (PHONE, NAME, ADDRESS, "水泵", "减振垫"):
        assert word not in written


def photos_of(hub, case_no):
    with hub.store.read() as tx:
        return photos.photos_of(tx, row_of(hub, case_no)["id"])


def dump(hub, case_no):
    """Every row of every table that belongs to a case; what is sealed must be gone."""
    found = {}
    with hub.store.read() as tx:
        case_id = row_of(hub, case_no)["id"]
        for table in metadata.sorted_tables:
            if "case_id" in table.c:
                found[table.name] = [dict(row) for row in tx.execute(table.select().where(table.c.case_id == case_id)).mappings()]
    assert not any(found[name] for name in ("sealed", "letters", "appeals", "sms_replies", "photos", "outbox"))
    assert all(one["blob"] is None for one in found["ratings"])
    return {**found, "cases": row_of(hub, case_no)}


def test_a_forgotten_case_is_shown_calmly_and_can_no_longer_be_moved(hub, clock):
    case_no = closed(hub)
    clock.move(days=1200)
    run_retention(hub)
    boss = centre(hub, "second")
    assert possible(hub, boss, row_of(hub, case_no), moves_of(hub, case_no)) == ()
    with pytest.raises(NotAllowed, match="forgotten"):
        do(hub, boss, case_no, "reopen")
    with pytest.raises(NotAllowed, match="forgotten"):
        appeal(hub, case_no, "还没有解决")
    view = open_case(hub, boss, case_no)
    assert set(view.gone) == {"masked", "forgotten"} and view.answers.answers == {}
    own = read_case(hub, Access(case_no, Proof.CODE))
    assert own.forgotten and own.answer is None and not own.can_appeal and not own.can_rate
    assert replay_cases(hub, "general", clock().date() - dt.timedelta(days=2000), hub.county, by="ops").looked_at == 0


def test_a_picture_that_another_case_has_as_well_is_kept_for_it(hub, clock):
    first, second = send(hub), send(hub)
    for case_no in (first, second):
        attach_photo(hub, hub.tokens.make(case_no), "a.png", photo())
    key = photos_of(hub, first)[0]["name"].rpartition("/")[2]
    bring(hub, first, State.CLOSED)
    clock.move(days=1200)
    run_retention(hub)
    assert photos_of(hub, first) == [] and hub.photos.get(key)
    bring(hub, second, State.CLOSED)
    clock.move(days=1200)
    run_retention(hub)
    with pytest.raises(KeyError):
        hub.photos.get(key)


def test_on_request_the_reporter_goes_at_once_and_the_reason_is_on_the_trail(hub):
    case_no = closed(hub)
    mask_case(hub, case_no, "cli:ops", "本人来窗口要求删除")
    assert not {"reporter_phone", "reporter_name"} & set(answers_of(hub, case_no))
    with hub.store.read() as tx:
        (entry,) = [one for one in audit.audit_of(tx, row_of(hub, case_no)["id"]) if one["action"] == "case.masked"]
    assert (entry["who"], entry["reason"]) == ("cli:ops", "本人来窗口要求删除")
    with pytest.raises(NotAllowed, match="no_case"):
        mask_case(hub, "ZZZZ-ZZZZ", "cli:ops", "x")


def test_what_cannot_be_opened_stays_and_does_not_stand_in_the_way(hub, clock, monkeypatch):
    lost, fine = closed(hub), closed(hub)
    other = Sealer(b"another secret that is not ours!")
    with hub.store.write() as tx:
        kept.remove_reporter(tx, row_of(hub, lost)["id"], other.seal(f"answers:{lost}", b"{}"))
    clock.move(days=181)
    monkeypatch.setattr(retention, "BATCH", 1)
    assert run_retention(hub) == 1
    assert gone(hub, lost) == set() and gone(hub, fine) == {"masked"}
    with pytest.raises(NotAllowed, match="sealed_away"):
        mask_case(hub, lost, "cli:ops", "本人要求")
    clock.move(days=1200)
    run_retention(hub)
    assert sealed_of(hub, lost) is None, "its words are due, and gone, whether they open or not"


@pytest.mark.parametrize("scene", ["wage", "medins", "campus", "shelter", "general"])
def test_of_every_scene_no_personal_answer_is_left(hub, clock, scene):
    case_no = finish(hub, scene)
    personal = hub.plans[scene].personal
    assert personal & set(answers_of(hub, case_no))
    clock.move(days=181)
    run_retention(hub)
    left = answers_of(hub, case_no)
    specs = hub.plans[scene].scene.fields
    assert not [name for name in left if name in specs and specs[name].personal]
    for name, value in left.items():
        if name in specs and specs[name].rows:
            assert not {key for line in value for key in line} & {cell.name for cell in specs[name].rows if cell.personal}


def finish(hub, scene):
    """A case of a scene that is over; how it ended is not what is asked here."""
    case_no = send(hub, scene, reporter_name=NAME, reporter_phone=PHONE)
    with hub.store.write() as tx:
        row = row_of(hub, case_no)
        cases.change_case(tx, row["id"], row["version"], {"state": "closed", "closed_at": hub.clock()})
    return case_no


def test_of_a_list_only_the_cells_that_name_somebody_go(hub):
    plan = hub.plans["wage"]
    lines = [{"name": "张三", "phone": PHONE, "id_tail4": "1234", "amount": 3000}]
    assert without_people(plan, {"workers": lines, "representatives": lines, "worker_count": 5}) == {"workers": [{"amount": 3000}], "worker_count": 5}
    assert without_people(None, {"workers": lines}) == {} and without_people(plan, {"a_question_of_old": "x"}) == {}



def test_the_trail_is_kept_three_years_and_strangers_sms_half_a_year(hub, clock):
    with hub.store.write() as tx:
        audit.add_audit(tx, clock(), "wang", "sign_in")
    take_reply(hub, Reply("aliyun", "stranger-1", "13900000000", "你们是谁"))
    clock.move(days=181)
    run_retention(hub)
    with hub.store.read() as tx:
        assert tx.execute(sms_replies.select()).all() == []
        assert [one["action"] for one in audit.recent_audit(tx)].count("sign_in") == 1
    clock.move(days=3 * 366)
    run_retention(hub)
    with hub.store.read() as tx:
        assert "sign_in" not in [one["action"] for one in audit.recent_audit(tx)]


def test_files_of_sms_are_deleted_after_a_month(hub, clock):
    folder = hub.settings.sms_folder
    folder.mkdir(parents=True)
    for day in ("2026-10-01", "2026-11-20"):
        (folder / f"{day}.jsonl").write_text("{}\n")
    run_retention(hub)
    assert [path.stem for path in folder.iterdir()] == ["2026-11-20"]


def test_it_is_told_how_much_is_due_and_done(hub, clock):
    closed(hub)
    assert (standing(hub).due, standing(hub).done) == ({"masked": 0, "forgotten": 0}, {})
    clock.move(days=200)
    assert standing(hub).due["masked"] == 1
    run_retention(hub)
    assert (standing(hub).due["masked"], standing(hub).done) == (0, {"masked": 1})
