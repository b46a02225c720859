"""The daily counts balance, and every equation is broken once on purpose to see that it says so."""

import datetime as dt
import json

import pytest

from service.cli import main
from service.hub.jobs import JOBS
from service.hub.outbox import Worker
from service.hub.reconcile import last_balances, reconcile, reconcile_days
from service.hub.scanning import count_opened, open_scan
from service.hub.schedule import Schedule
from service.hub.wakeup import Sleeper
from service.store import cases, outbox
from service.store.tables import cases as case_table
from service.store.tables import moves, scan_counts
from service.store.tables import outbox as outbox_table
from service.store.tables_handling import notices

from .conftest import START
from .desks import row_of, send

TODAY = dt.date(2026, 11, 24)


@pytest.fixture
def day(hub, clock, tmp_path):
    """A day with cases of every kind, all of them on their desks; returns their numbers."""
    for _ in range(6):
        count_opened(hub, open_scan(hub, None, "general"))
    hub.scan_counts.write()
    numbers = [
        send(hub, "general", wants_feedback="true", reporter_phone="13800138000"),
        send(hub, "general", wants_feedback="false", reporter_phone="13800138001"),
        send(hub, "wage"),
        send(hub, "general", township_id="", village_id="", place_text="不清楚"),
    ]
    sleeper = Sleeper(tmp_path / "var")
    Worker(hub, {}, sleeper).run_until_empty()
    sleeper.close()
    clock.move(minutes=5)
    with hub.store.write() as tx:
        tx.execute(notices.update().values(state="sent"))
        tx.execute(outbox_table.update().where(outbox_table.c.destination == "console").values(state="delivered"))
    return numbers


def equations(hub, on=TODAY):
    return {one.key: one for one in reconcile(hub, on).equations}


def broken(hub):
    return {key for key, one in equations(hub).items() if not one.holds}


def change(hub, statement):
    with hub.store.write() as tx:
        tx.execute(statement)


def of(table, hub, case_no):
    return table.c.case_id == row_of(hub, case_no)["id"]


def test_a_sound_day_balances(hub, day):
    made = reconcile(hub, TODAY)
    assert made.balanced, made.data()
    found = {one.key: one for one in made.equations}
    assert found["submitted"].left == ("submitted", 4) and found["opened"].left == ("opened", 6)
    assert dict(found["dispatched"].right)["quarantined"] == 1
    assert dict(found["notified"].right) == {"notified": 3, "none wanted": 1}


def test_an_empty_day_balances(hub):
    assert reconcile(hub, TODAY).balanced


def test_another_day_is_another_day(hub, day):
    assert equations(hub, TODAY - dt.timedelta(days=1))["submitted"].left == ("submitted", 0)


def test_fewer_forms_opened_than_sent_is_shown_and_fails_nothing(hub, day):
    change(hub, scan_counts.update().values(opened=0))
    made = reconcile(hub, TODAY)
    assert made.balanced and not made.equations[0].holds and made.equations[0].bound


def test_a_form_that_became_no_case_breaks_the_balance(hub, day):
    change(hub, scan_counts.update().where(scan_counts.c.submitted > 0, scan_counts.c.scene_key == "wage").values(submitted=2))
    assert broken(hub) == {"submitted"} and not reconcile(hub, TODAY).balanced


def test_a_case_that_was_never_given_to_anybody(hub, day):
    change(hub, case_table.update().where(case_table.c.case_no == day[2]).values(assigned_at=None))
    assert broken(hub) == {"dispatched"} and equations(hub)["dispatched"].cases == (day[2],)


def test_a_case_that_never_reached_its_desk(hub, day):
    change(hub, case_table.update().where(case_table.c.case_no == day[0]).values(delivered_at=None))
    found = equations(hub)
    assert {"delivered", "messages"} <= broken(hub)
    assert found["delivered"].cases == found["messages"].cases == (day[0],)


def test_a_case_within_its_minute_is_on_its_way(hub, day):
    fresh = send(hub)
    found = equations(hub)
    assert found["delivered"].holds and dict(found["delivered"].right)["on their way"] == 1 and row_of(hub, fresh)


def test_a_message_that_was_never_written(hub, day):
    change(hub, outbox_table.delete().where(of(outbox_table, hub, day[1])))
    assert "messages" in broken(hub) and day[1] in equations(hub)["messages"].cases


def test_an_alarm_that_was_never_written(hub, day):
    change(hub, case_table.update().where(case_table.c.case_no == day[3]).values(source="bad_code"))
    assert broken(hub) == {"alarms"} and equations(hub)["alarms"].cases == (day[3],)


def test_a_message_that_another_hub_never_took(hub, day, clock):
    case_id = row_of(hub, day[0])["id"]
    with hub.store.write() as tx:
        job = {"case_id": case_id, "kind": "case.assigned", "destination": "webhook", "dedupe_key": "x", "payload": {}, "next_at": START, "created_at": START}
        outbox.add_outbox(tx, [job])
    assert equations(hub)["hub.webhook"].holds, "it has until the end of the day"
    clock.move(days=1)
    assert broken(hub) == {"hub.webhook"} and equations(hub)["hub.webhook"].cases == (day[0],)


def test_a_history_with_a_hole(hub, day):
    change(hub, moves.delete().where(of(moves, hub, day[2]), moves.c.seq == 2))
    assert broken(hub) == {"history"} and equations(hub)["history"].cases == (day[2],)


def test_a_reporter_who_wanted_to_hear_and_was_not_told(hub, day):
    change(hub, notices.delete().where(of(notices, hub, day[0])))
    assert broken(hub) == {"notified"} and equations(hub)["notified"].cases == (day[0],)


def test_a_notice_that_hangs_is_a_difference_and_one_that_waits_for_the_morning_is_not(hub, day, clock):
    change(hub, notices.update().where(of(notices, hub, day[0])).values(state="pending", next_at=clock.now + dt.timedelta(hours=8)))
    assert equations(hub)["notices"].holds and dict(equations(hub)["notices"].right)["waiting"] == 1
    clock.move(hours=9)
    assert broken(hub) == {"notices"} and equations(hub)["notices"].cases == (day[0],)


def test_every_night_the_day_before_is_kept_and_one_that_healed_is_done_again(hub, day, clock):
    change(hub, case_table.update().where(case_table.c.case_no == day[0]).values(delivered_at=None))
    schedule = Schedule(hub, [job for job in JOBS if job.name == "reconcile"])
    schedule.run_due()
    assert last_balances(hub) == []
    clock.now = dt.datetime(2026, 11, 24, 17, 30, tzinfo=dt.UTC)
    assert schedule.run_due() == 1
    (kept,) = last_balances(hub)
    assert (kept["day"], kept["balanced"], kept["made_at"]) == (TODAY, False, clock.now)
    assert [one["key"] for one in kept["figures"]["equations"] if not one["holds"]] == ["delivered", "messages"]
    with hub.store.write() as tx:
        outbox.mark_cases_delivered(tx, [cases.get_case(tx, day[0])["id"]], clock.now)
    clock.move(days=1)
    assert reconcile_days(hub) == 2, "the day that was empty, and the one that did not balance"
    assert [row["balanced"] for row in last_balances(hub)] == [True, True]
    assert reconcile_days(hub) == 0


def test_the_command_prints_it_and_fails_when_it_does_not_balance(hub, day, database_url, tmp_path, capsys):
    settings = hub.settings
    environ = {
        "GONZHI_MODE": "production", "GONZHI_VAR": str(settings.var_dir), "GONZHI_DATABASE": database_url,
        "GONZHI_BASE_URL": settings.base_url, "GONZHI_SECRET": "0123456789abcdef" * 4, "GONZHI_CODE_KEYS": "a=" + "0123456789abcdef" * 4,
    }  # fmt: skip
    assert main(["reconcile", "--day", "2026-11-24"], environ) == 0
    assert "2026-11-24: balances" in capsys.readouterr().out
    change(hub, case_table.update().where(case_table.c.case_no == day[0]).values(delivered_at=None))
    assert main(["reconcile", "--day", "2026-11-24", "--json"], environ) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["balanced"] is False and day[0] in next(one for one in told["equations"] if one["key"] == "delivered")["cases"]
    assert main(["reconcile", "--day", "2026-11-24"], environ) == 1
    assert "DIFFERS delivered" in capsys.readouterr().out
