"""The promise of one minute: late dispatch is put on record once, and driven on even from the hands of a dead worker."""

import datetime as dt

import pytest

from service.hub.dispatch_watch import undelivered, watch_dispatch
from service.hub.intake import submit
from service.hub.outbox import Worker
from service.hub.wakeup import Sleeper
from service.store import audit, cases, outbox

from .conftest import START, sample


def send(hub, number=1):
    return submit(
        hub,
        token_text=None,
        scene_key="general",
        form=sample("general"),
        submission_id=f"sub-{number:08d}",
        address="115.231.8.9",
        language="zh",
    )


@pytest.fixture
def deliver(hub, tmp_path):
    sleeper = Sleeper(tmp_path / "var")
    yield Worker(hub, {}, sleeper).run_until_empty
    sleeper.close()


def alarms(hub):
    with hub.store.read() as tx:
        return [row for row in audit.recent_audit(tx) if row["action"] == "dispatch.alarm"]


def test_what_arrived_in_time_is_no_alarm(hub, clock, deliver):
    send(hub)
    clock.move(seconds=44)
    assert (watch_dispatch(hub), undelivered(hub)) == (0, [])
    deliver()
    clock.move(minutes=10)
    assert (watch_dispatch(hub), undelivered(hub), alarms(hub)) == (0, [], [])


def test_after_45_seconds_it_is_an_alarm_on_record_once(hub, clock):
    receipt = send(hub)
    clock.move(seconds=45)
    assert [waiting.case_no for waiting in undelivered(hub)] == [receipt.case_no]
    assert (watch_dispatch(hub), watch_dispatch(hub)) == (1, 1)
    (alarm,) = alarms(hub)
    assert alarm["detail"] == {"unit_id": receipt.lead.id, "state": "pending", "attempts": 0}
    assert alarm["at"] == START + dt.timedelta(seconds=45)


def test_a_case_that_a_dead_worker_holds_is_delivered_within_the_minute(hub, clock, deliver):
    receipt = send(hub)
    with hub.store.write() as tx:
        assert outbox.lease_outbox(tx, clock.now, lease_seconds=60)
    clock.move(seconds=46)
    assert deliver() == 0, "another worker still holds it"
    watch_dispatch(hub)
    assert deliver() == 1
    with hub.store.read() as tx:
        row = cases.get_case(tx, receipt.case_no)
    assert row["delivered_at"] - row["reported_at"] < dt.timedelta(seconds=60)

