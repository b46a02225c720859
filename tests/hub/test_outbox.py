"""The outbox worker: at least once, late rather than never, and every failure in sight."""

import datetime as dt
import threading

import pytest

from service.connectors import DeliveryFailed
from service.hub.codes import set_code_state
from service.hub.intake import submit
from service.hub.outbox import BATCH, LEASE_SECONDS, Lane, Worker, keep_house
from service.hub.outbox_state import failed, redrive, standing
from service.hub.wakeup import Sleeper
from service.store import audit, cases, outbox

from .conftest import sample


class Hub2:
    """Another hub: takes messages, or breaks as it is told."""

    name = "console"

    def __init__(self, *faults):
        self.faults, self.got = list(faults), []

    def deliver(self, message):
        if self.faults:
            fault = self.faults.pop(0)
            if fault is not None:
                raise fault
        self.got.append(message)

    def close(self):
        self.closed = True


def send(hub, number=1, token=None):
    return submit(
        hub,
        token_text=token,
        scene_key="general",
        form=sample("general"),
        submission_id=f"sub-{number:08d}",
        address="115.231.8.9",
        language="zh",
    )


@pytest.fixture
def work(hub, tmp_path):
    sleepers = []

    def worker(connector):
        sleepers.append(Sleeper(tmp_path / "var"))
        return Worker(hub, {connector.name: connector}, sleepers[-1])

    yield worker
    for sleeper in sleepers:
        sleeper.close()


def jobs_of(hub, receipt):
    with hub.store.read() as tx:
        return outbox.outbox_of(tx, cases.get_case(tx, receipt.case_no)["id"])


def delivered_at(hub, receipt):
    with hub.store.read() as tx:
        return cases.get_case(tx, receipt.case_no)["delivered_at"]


def test_a_case_reaches_the_desk_and_the_other_hub(hub, work, clock):
    receipt, other = send(hub), Hub2()
    assert delivered_at(hub, receipt) is None
    clock.move(seconds=2)
    assert work(other).run_until_empty() == 2
    assert delivered_at(hub, receipt) == clock.now
    (message,) = other.got
    assert message.topic == "case.assigned" and message.subject == receipt.case_no and message.source == "/hub/331081"
    assert message.data["lead_id"] == receipt.lead.id and message.at == "2026-11-24T02:00:00Z"
    assert standing(hub) == {"delivered": 2}


def test_what_was_delivered_is_not_delivered_again(hub, work):
    send(hub)
    other = Hub2()
    worker = work(other)
    worker.run_until_empty()
    assert worker.run_until_empty() == 0 and len(other.got) == 1


def test_a_failed_delivery_is_kept_with_its_reason_and_tried_again_later(hub, work, clock):
    receipt, other = send(hub), Hub2(DeliveryFailed("answered 503"))
    worker = work(other)
    worker.run_until_empty()
    job = jobs_of(hub, receipt)[1]
    assert (job["state"], job["attempts"], job["last_error"]) == ("pending", 1, "answered 503")
    assert worker.run_until_empty() == 0, "not before its time"
    clock.move(seconds=3)
    worker.run_until_empty()
    assert jobs_of(hub, receipt)[1]["state"] == "delivered" and len(other.got) == 1
    assert delivered_at(hub, receipt) is not None, "the desk had it at once"


def test_waits_grow_and_are_not_all_the_same(hub, work, clock):
    receipts = [send(hub, number) for number in range(6)]
    worker = work(Hub2(*[DeliveryFailed("answered 500")] * 60))
    waits = []
    for _ in range(4):
        worker.run_until_empty()
        waits.append([(jobs_of(hub, receipt)[1]["next_at"] - clock.now).total_seconds() for receipt in receipts])
        clock.move(seconds=60)
    assert all(len(set(row)) > 1 for row in waits)
    middle = [sum(row) / len(row) for row in waits]
    assert middle == sorted(middle) and min(waits[0]) >= 1.5 and max(waits[0]) <= 2.5


def test_a_wait_that_the_other_hub_asks_for_is_kept(hub, work, clock):
    receipt = send(hub)
    work(Hub2(DeliveryFailed("answered 429", retry_after=120))).run_until_empty()
    assert jobs_of(hub, receipt)[1]["next_at"] >= clock.now + dt.timedelta(seconds=120)


def test_a_connector_that_breaks_costs_neither_the_job_nor_the_worker(hub, work, clock):
    receipt, other = send(hub), Hub2(ZeroDivisionError("its own fault"))
    worker = work(other)
    worker.run_until_empty()
    assert jobs_of(hub, receipt)[1]["last_error"] == "ZeroDivisionError: its own fault"
    clock.move(seconds=3)
    worker.run_until_empty()
    assert len(other.got) == 1


def test_where_nobody_answers_the_rest_of_the_batch_does_not_wait_for_time_outs(hub, work):
    for number in range(5):
        send(hub, number)
    tries = []

    class Down(Hub2):
        def deliver(self, message):
            tries.append(message)
            raise DeliveryFailed("no answer: ConnectTimeoutError")

    work(Down()).run_until_empty()
    assert len(tries) == 1
    assert standing(hub) == {"delivered": 5, "pending": 5}


def test_what_keeps_failing_stays_visible_and_can_be_put_back_in_line(hub, work, clock):
    receipt, other = send(hub), Hub2(*[DeliveryFailed("answered 400")] * 30)
    worker = work(other)
    for _ in range(40):
        worker.run_until_empty()
        clock.move(hours=2)
    assert standing(hub) == {"delivered": 1, "failed": 1}
    (row,) = failed(hub)
    assert row["destination"] == "console" and row["last_error"] == "answered 400" and row["attempts"] == 30
    assert redrive(hub) == 1
    worker.run_until_empty()
    assert other.got[0].subject == receipt.case_no and standing(hub) == {"delivered": 2}


def test_a_worker_that_dies_leaves_its_jobs_to_the_next_when_the_lease_ends(hub, work, clock):
    send(hub)
    with hub.store.write() as tx:
        outbox.lease_outbox(tx, clock(), lease_seconds=LEASE_SECONDS)
    other = Hub2()
    worker = work(other)
    assert worker.run_until_empty() == 0
    clock.move(seconds=LEASE_SECONDS)
    assert worker.run_until_empty() == 2 and len(other.got) == 1


def test_a_delivery_whose_note_was_lost_is_repeated_under_the_same_id(hub, clock):
    class Dies(BaseException):
        pass

    class DiesAfterwards(Hub2):
        def deliver(self, message):
            super().deliver(message)
            if len(self.got) == 1:
                raise Dies

    send(hub)
    other = DiesAfterwards()
    with pytest.raises(Dies):
        Lane.to(hub, "console", other).run_once()
    clock.move(seconds=LEASE_SECONDS)
    Lane.to(hub, "console", other).run_once()
    assert len(other.got) == 2 and other.got[0].id == other.got[1].id


def test_a_hub_that_hangs_holds_up_nobody_else(hub, work):
    release, waiting = threading.Event(), threading.Event()

    class Hangs(Hub2):
        def deliver(self, message):
            waiting.set()
            release.wait(20)
            super().deliver(message)

    worker = work(Hangs())
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        first = send(hub, 1)
        assert waiting.wait(10)
        second = send(hub, 2)
        for _ in range(200):
            if delivered_at(hub, second):
                break
            threading.Event().wait(0.05)
        assert delivered_at(hub, first) and delivered_at(hub, second)
        assert standing(hub)["leased"] == 1
    finally:
        release.set()
        worker.stop()
        thread.join(20)
    assert not thread.is_alive()


def test_a_message_for_a_connector_that_is_gone_is_kept_as_failed(hub, work):
    receipt = send(hub)

    class Webhook(Hub2):
        name = "webhook"

    work(Webhook()).run_until_empty()
    job = jobs_of(hub, receipt)[1]
    assert job["state"] == "failed" and "'console'" in job["last_error"]


def test_the_alarm_of_a_bad_code_is_put_on_record_for_the_centre(hub, code, work):
    set_code_state(hub, code.token, "revoked", by="test")
    receipt, other = send(hub, token=code.token), Hub2()
    work(other).run_until_empty()
    assert [message.topic for message in other.got] == ["case.assigned", "code.alarm"]
    with hub.store.read() as tx:
        row = cases.get_case(tx, receipt.case_no)
        (entry,) = [entry for entry in audit.audit_of(tx, row["id"]) if entry["action"] == "code.alarm"]
    assert entry["reason"] == "revoked" and entry["detail"]["unit_id"] == "centre"


def test_a_job_that_breaks_the_desk_waits_alone(hub, work, clock):
    broken = {"kind": "code.alarm", "destination": "desk", "dedupe_key": "broken", "payload": {}, "next_at": clock(), "created_at": clock()}
    with hub.store.write() as tx:
        outbox.add_outbox(tx, [broken])
    receipts = [send(hub, number) for number in range(3)]
    work(Hub2()).run_until_empty()
    assert all(delivered_at(hub, receipt) for receipt in receipts)
    assert standing(hub) == {"delivered": 6, "pending": 1}
    with hub.store.read() as tx:
        (job,) = tx.exec_driver_sql("SELECT attempts, last_error FROM outbox WHERE dedupe_key = 'broken'").all()
    assert tuple(job) == (1, "KeyError: 'code_state'")


def test_what_was_delivered_is_noted_although_the_batch_ends_early(hub, clock):
    class Dies(BaseException):
        pass

    for number in range(3):
        send(hub, number)
    other = Hub2(None, Dies())
    with pytest.raises(Dies):
        Lane.to(hub, "console", other).run_once()
    assert len(other.got) == 1
    assert standing(hub) == {"pending": 3, "delivered": 1, "leased": 2}


def test_more_than_a_batch_is_delivered_in_one_go(hub, work):
    for number in range(BATCH + 3):
        send(hub, number)
    other = Hub2()
    work(other).run_until_empty()
    assert len(other.got) == BATCH + 3


def test_old_counters_and_sessions_are_forgotten(hub, clock):
    send(hub)
    clock.move(days=3)
    keep_house(hub)
    with hub.store.read() as tx:
        assert tx.exec_driver_sql("SELECT count(*) FROM counters").scalar() == 0
