"""Clocks that speak up: reminded at half and four fifths, yellow when due, red and supervised a working day later, each once."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from gonzhi_code.calendars import Calendar
from gonzhi_code.deadlines import SHANGHAI
from service.hub.alerts import firm_up, run_alerts, watch_calendar
from service.hub.intake import submit
from service.store import alerts, audit, cases, supervisions
from service.store.tables import clocks
from service.store.tables_handling import notices

from .conftest import START, sample
from .desks import do, holder, row_of, send

# The case is reported on Tuesday 24 November 2026 at 10:00; its lead acknowledges within two working hours and handles in five days.
RED = "2026-12-02 16:40"


def local(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.fixture
def case(hub):
    receipt = submit(
        hub,
        token_text=None,
        scene_key="general",
        form=sample("general"),
        submission_id="sub-00000001",
        address="115.231.8.9",
        language="zh",
    )
    with hub.store.write() as tx:
        row = cases.get_case(tx, receipt.case_no)
        cases.meet_clocks(tx, row["id"], ["acknowledge", "send_back"], START)
    return row


def at(hub, clock, text):
    clock.now = local(text)
    return run_alerts(hub)


def case_now(hub, case):
    with hub.store.read() as tx:
        return cases.get_case_by_id(tx, case["id"])


def records(hub, case):
    with hub.store.read() as tx:
        return supervisions.supervisions_of(tx, case["id"])


def told(hub):
    with hub.store.read() as tx:
        return [(row.kind, row.dedupe_key) for row in tx.execute(sa.select(notices)) if row.kind == "late"]


def test_a_clock_goes_through_its_four_levels_and_says_each_once(hub, clock, case):
    seen = []
    for moment in ("11-24 10:01", "11-27 08:59", "11-27 09:00", "11-30 15:46", "12-01 16:39", "12-01 16:40", "12-02 16:40"):
        at(hub, clock, f"2026-{moment}")
        run_alerts(hub)
        seen.append((case_now(hub, case)["alert_level"], [record["kind"] for record in records(hub, case)]))
    two = ["reminder", "reminder"]
    assert seen == [(0, []), (0, []), (1, ["reminder"]), (2, two), (2, two), (3, two), (4, [*two, "supervision"])]
    assert told(hub) == [("late", f"{case['case_no']}:late:0")]


def test_reminders_go_to_the_holder_and_the_supervision_asks_for_an_answer_within_a_working_day(hub, clock, case):
    for moment in ("2026-11-27 09:00", "2026-12-01 08:00", RED):
        at(hub, clock, moment)
    half, most, red = records(hub, case)
    assert {record["unit_id"] for record in (half, most, red)} == {case["lead_unit_id"]}
    assert half["text"] == "“处置”的时间已过半，请在12月1日16:40前完成。"
    assert "过八成" in most["text"]
    assert (red["level"], red["by"], red["clock_key"], red["due_at"]) == ("general", "system", "handle", local("2026-12-03 16:40"))
    row = case_now(hub, case)
    assert (row["supervision_level"], row["version"]) == (1, case["version"])
    with hub.store.read() as tx:
        actions = [entry["action"] for entry in audit.audit_of(tx, case["id"])]
    assert actions[-2:] == ["alert.yellow", "alert.red"]


def test_after_a_long_pause_of_the_worker_it_is_said_once_what_is_so_now(hub, clock, case):
    at(hub, clock, "2026-12-10 08:00")
    assert [record["kind"] for record in records(hub, case)] == ["supervision"]
    assert case_now(hub, case)["alert_level"] == 4 and len(told(hub)) == 1
    assert run_alerts(hub) == 0


def test_a_clock_that_was_met_says_nothing_more(hub, clock, case):
    at(hub, clock, "2026-11-27 09:00")
    with hub.store.write() as tx:
        cases.meet_clocks(tx, case["id"], ["handle"], clock.now)
        alerts.settle_alert_level(tx, case["id"])
    at(hub, clock, "2026-12-10 08:00")
    assert len(records(hub, case)) == 1 and case_now(hub, case)["alert_level"] == 0


def test_a_clock_that_was_started_anew_speaks_again(hub, clock, case):
    at(hub, clock, "2026-12-10 08:00")
    with hub.store.write() as tx:
        (old,) = [row for row in cases.clocks_of(tx, case["id"]) if row["key"] == "handle"]
        del old["alert_level"], old["next_alert_at"]
        cases.start_clocks(tx, case["id"], [old | {"started_at": clock.now, "due_at": local("2026-12-17 16:40")}])
        alerts.settle_alert_level(tx, case["id"])
    run_alerts(hub)
    assert case_now(hub, case)["alert_level"] == 0
    at(hub, clock, "2026-12-17 16:40")
    assert case_now(hub, case)["alert_level"] == 3
    assert len(told(hub)) == 1, "the citizen heard in this round that it is late"


def test_an_extended_clock_falls_back_and_is_reminded_of_by_its_new_length(hub, clock, case):
    at(hub, clock, "2026-12-01 08:00")
    assert case_now(hub, case)["alert_level"] == 2
    with hub.store.write() as tx:
        longer = clocks.update().where(clocks.c.case_id == case["id"], clocks.c.key == "handle")
        tx.execute(longer.values(due_at=local("2026-12-15 16:40"), next_alert_at=None))
    run_alerts(hub)
    assert case_now(hub, case)["alert_level"] == 0
    at(hub, clock, "2026-12-04 09:00")
    assert [record["kind"] for record in records(hub, case)] == ["reminder", "reminder"]
    assert case_now(hub, case)["alert_level"] == 1


def test_several_workers_at_once_say_everything_once(hub, clock, case):
    clock.now = local(RED)
    with ThreadPoolExecutor(4) as workers:
        list(workers.map(lambda _: run_alerts(hub), range(8)))
    assert [record["kind"] for record in records(hub, case)] == ["supervision"]
    with hub.store.read() as tx:
        assert len([entry for entry in audit.audit_of(tx, case["id"]) if entry["action"].startswith("alert.")]) == 2


def test_nobody_is_urged_about_a_right_that_ends_or_a_case_that_is_over(hub, clock, case):
    with hub.store.write() as tx:
        tx.execute(clocks.update().where(clocks.c.case_id == case["id"], clocks.c.key == "send_back").values(met_at=None))
        cases.change_case(tx, case["id"], case["version"], {"state": "merged"})
    at(hub, clock, "2026-12-10 08:00")
    assert records(hub, case) == [] and case_now(hub, case)["alert_level"] == 0


def test_a_provisional_deadline_becomes_firm_when_the_year_is_published(hub, clock, case):
    clock.now = local("2026-12-29 10:00")
    with hub.store.write() as tx:
        (old,) = [row for row in cases.clocks_of(tx, case["id"]) if row["key"] == "handle"]
        # Counted without the notice: 30 and 31 December, 4, 5 and 6 January.
        cases.start_clocks(tx, case["id"], [old | {"started_at": clock.now, "due_at": local("2027-01-06 16:40"), "provisional": True}])
    assert firm_up(hub) == 0
    published = {year: [day for day in hub.county.calendar._special.values() if day.date.year == year] for year in (2026,)}
    off = [type(published[2026][0])(dt.date(2027, 1, day), "元旦", True) for day in (1, 2, 3, 4)]
    object.__setattr__(hub, "county", _with(hub.county, Calendar({**published, 2027: off}, hub.county.calendar.hours)))
    assert firm_up(hub) == 1
    with hub.store.read() as tx:
        (new,) = [row for row in cases.clocks_of(tx, case["id"]) if row["key"] == "handle"]
    assert (new["due_at"], new["provisional"], new["next_alert_at"]) == (local("2027-01-07 16:40"), False, None)
    assert case_now(hub, case)["due_at"] == local("2027-01-07 16:40")
    assert firm_up(hub) == 0


def _with(county, calendar):
    import copy

    other = copy.copy(county)
    object.__setattr__(other, "calendar", calendar)
    return other


def test_the_log_asks_for_the_next_year_in_time(hub, clock, caplog):
    watch_calendar(hub)
    assert "put calendar-2027.json" in caplog.text
    caplog.clear()
    clock.now = local("2026-09-01 10:00")
    watch_calendar(hub)
    assert caplog.text == ""


def test_a_case_is_no_longer_late_when_what_was_late_is_done(hub, clock):
    case_no = send(hub)
    clock.move(days=1)
    run_alerts(hub)
    assert row_of(hub, case_no)["alert_level"] == 3, "acknowledging has run out"
    do(hub, holder(hub, case_no), case_no, "acknowledge")
    assert row_of(hub, case_no)["alert_level"] == 0
