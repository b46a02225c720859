"""Contract of the store on what happens after a case was assigned, on each engine: runs, results, letters, ratings and the rest."""

import datetime as dt

import pytest

from service.store import CaseChanged, cases, clock_runs, extensions, handling, letters, ratings, related, supervisions
from tests.parts.filings import NOON, file

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def case_id(store):
    with store.write() as tx:
        return file(tx, 1).id


def run(case_id, key="handle", outcome="met", ended_at=NOON + HOUR):
    return {
        "case_id": case_id, "key": key, "unit_id": "labour", "started_at": NOON, "due_at": NOON + HOUR, "ended_at": ended_at,
        "outcome": outcome, "scene_key": "wage", "township_id": "", "provisional": False,
    }  # fmt: skip


def running(tx, case_id):
    return {row["key"]: row["met_at"] for row in cases.clocks_of(tx, case_id)}


def test_a_clock_stops_once_is_dropped_or_runs_on(store, case_id):
    with store.write() as tx:
        clock_runs.stop_clocks(tx, case_id, ["handle", "acknowledge"], NOON + HOUR)
        clock_runs.stop_clocks(tx, case_id, ["handle"], NOON + 2 * HOUR)
        clock_runs.drop_clocks(tx, case_id, ["dispatch"])
        clock_runs.add_runs(tx, [run(case_id), run(case_id, ended_at=NOON), run(case_id, "acknowledge")])
        clock_runs.add_runs(tx, [])
        assert running(tx, case_id) == {"handle": NOON + HOUR, "acknowledge": NOON + HOUR}
        clock_runs.resume_clocks(tx, case_id, ["handle"], NOON + HOUR)
        assert running(tx, case_id) == {"handle": None, "acknowledge": NOON + HOUR}
        assert [(one["key"], one["outcome"]) for one in clock_runs.runs_of(tx, case_id)] == [
            ("handle", "void"), ("handle", "met"), ("acknowledge", "met"),
        ]  # fmt: skip
        clock_runs.move_due(tx, case_id, "handle", NOON + 9 * HOUR, True)
        handle = next(row for row in cases.clocks_of(tx, case_id) if row["key"] == "handle")
        assert (handle["due_at"], handle["provisional"], handle["next_alert_at"]) == (NOON + 9 * HOUR, True, None)


def test_a_remark_about_a_case_leaves_its_version_and_a_move_does_not(store, case_id):
    with store.write() as tx:
        handling.annotate_case(tx, case_id, {"grade": 5, "marks": ["complex"]})
        row = cases.get_case(tx, "AC000001", lock=True)
        assert (row["version"], row["grade"], row["marks"]) == (1, 5, ["complex"])
        assert handling.last_move(tx, case_id)["action"] == "assign"
        assert cases.change_case(tx, case_id, 1, {"holder": "labour"}) == 2
    with pytest.raises(CaseChanged), store.write() as tx:
        cases.change_case(tx, case_id, 1, {"holder": "police"})


def test_results_are_kept_in_order_and_followers_follow_on(store, case_id):
    result = {"case_id": case_id, "short": "已付", "answer": "已付清", "unit_id": "labour", "by": "li", "at": NOON, "conclusion": "paid_in_full"}
    with store.write() as tx:
        for seq in (9, 6):
            handling.add_resolution(tx, {**result, "seq": seq})
        assert [one["seq"] for one in handling.resolutions_of(tx, case_id)] == [6, 9]
        second, third = file(tx, 2).id, file(tx, 3).id
        handling.annotate_case(tx, second, {"main_case_id": case_id})
        handling.follow_instead(tx, case_id, third)
        assert [one["id"] for one in cases.merged_into(tx, third)] == [second] and cases.merged_into(tx, case_id) == []


def test_a_supervision_is_written_once_answered_once_and_handed_on(store, case_id):
    row = {"case_id": case_id, "kind": "supervision", "level": "general", "unit_id": "labour", "by": "system", "at": NOON, "due_at": NOON}
    with store.write() as tx:
        first = supervisions.add_supervision(tx, {**row, "dedupe_key": "a"})
        assert first and supervisions.add_supervision(tx, {**row, "dedupe_key": "a"}) is None
        second, third = (supervisions.add_supervision(tx, {**row, "dedupe_key": ""}) for _ in range(2))
        assert supervisions.change_supervision(tx, first, {"answer": "好", "answered_at": NOON})
        assert not supervisions.change_supervision(tx, first, {"answer": "再", "answered_at": NOON})
        supervisions.hand_on_supervisions(tx, case_id, "police")
        assert [one["id"] for one in supervisions.open_supervisions(tx, "police")] == [second, third]
        assert [one["unit_id"] for one in supervisions.supervisions_of(tx, case_id)] == ["labour", "police", "police"]
        supervisions.withdraw_supervisions(tx, case_id, NOON)
        assert supervisions.open_supervisions(tx) == []
        assert supervisions.get_supervision(tx, 99) is None


def test_an_extension_and_an_appeal_are_decided_once(store, case_id):
    asked = {"case_id": case_id, "clock_key": "handle", "working_days": 3, "reason": "要查", "unit_id": "labour", "asked_by": "li", "asked_at": NOON, "due_before": NOON}
    with store.write() as tx:
        first, second = (extensions.add_extension(tx, asked) for _ in range(2))
        assert [one["id"] for one in extensions.asked_extensions(tx)] == [first, second]
        assert extensions.decide_asked(tx, first, {"state": "granted"}) and not extensions.decide_asked(tx, first, {"state": "refused"})
        extensions.decide_all_asked(tx, case_id, {"state": "refused"})
        assert [one["state"] for one in extensions.extensions_of(tx, case_id)] == ["granted", "refused"]
        appeal = ratings.add_appeal(tx, {"case_id": case_id, "round": 0, "at": NOON, "blob": b"x"})
        assert ratings.add_appeal(tx, {"case_id": case_id, "round": 0, "at": NOON, "blob": b"y"}) is None
        assert ratings.decide_appeal(tx, appeal, {"state": "granted"}) and not ratings.decide_appeal(tx, appeal, {"state": "refused"})
        assert ratings.asked_appeals(tx) == [] and ratings.get_appeal(tx, appeal)["blob"] == b"x"
        assert len(ratings.appeals_of(tx, case_id)) == 1


def test_a_round_is_rated_once(store, case_id):
    row = {"case_id": case_id, "round": 0, "grade": 1, "channel": "page", "unit_id": "labour", "at": NOON, "blob": None}
    with store.write() as tx:
        assert ratings.add_rating(tx, row) and not ratings.add_rating(tx, {**row, "grade": 5})
        assert ratings.add_rating(tx, {**row, "round": 1})
        assert [one["round"] for one in ratings.ratings_of(tx, case_id)] == [0, 1]
        assert ratings.rating_of_round(tx, case_id, 0)["grade"] == 1 and ratings.rating_of_round(tx, case_id, 2) is None


def test_a_letter_is_written_once_and_read_once(store, case_id):
    row = {"case_id": case_id, "kind": "addition", "by": "reporter", "at": NOON, "blob": b"x", "dedupe_key": "k1"}
    with store.write() as tx:
        letter_id, created = letters.add_letter(tx, row)
        assert created and letters.add_letter(tx, {**row, "blob": b"y"}) == (letter_id, False)
        letters.add_letter(tx, {**row, "kind": "note", "dedupe_key": "k2"})
        assert letters.count_letters(tx, case_id, ["addition", "reply"]) == 1
        assert letters.mark_read(tx, [case_id], ["addition"], NOON) == 1 and letters.mark_read(tx, [case_id], ["addition"], NOON) == 0
        assert [one["kind"] for one in letters.letters_of(tx, [case_id])] == ["addition", "note"]


def test_cases_are_found_by_spot_and_by_the_answers_of_their_scene(store, case_id):
    with store.write() as tx:
        second = file(tx, 2, scene_key="general", spot_issuer=0, spot_id=7, reported_at=NOON + HOUR).id
    with store.read() as tx:
        assert [one["id"] for one in related.cases_of_spot(tx, 0, 7)] == [second]
        assert related.answers_of_scene(tx, "wage", NOON, limit=9) == [(case_id, {"worker_count": 31, "note": "工资没发😀"})]
        assert related.answers_of_scene(tx, "wage", NOON + HOUR, limit=9) == []
        assert [one["id"] for one in related.cases_by_id(tx, [second])] == [second] and related.cases_by_id(tx, []) == []
