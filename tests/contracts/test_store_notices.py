"""What the store promises of notices, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from service.store import Store, Tx
from service.store.notices import (
    add_notices,
    add_reply,
    end_notice,
    find_reply,
    lease_notice,
    list_notices,
    list_replies,
    next_notice_at,
    note_receipt,
    note_sent,
    notice_counts,
    notices_of,
    put_back,
    retry_notices,
    sent_to_phone,
    settle_reply,
    take_notice,
    told_phones,
)
from tests.parts.filings import NOON, file

MINUTE = dt.timedelta(minutes=1)


def add(tx: Tx, case_id: int, number: int = 1, **more: Any) -> int:
    row = {"case_id": case_id, "kind": "resolved", "dedupe_key": f"AC:resolved:{number}", "phone_index": "phone-1"}
    return add_notices(tx, [{**row, "next_at": NOON, "created_at": NOON, "params": {"result": "已修好"}, **more}])


@pytest.fixture
def leased(store: Store) -> dict[str, Any]:
    """A notice that is being sent."""
    with store.write() as tx:
        add(tx, file(tx, 1).id)
    with store.write() as tx:
        row = take_notice(tx, NOON)
        assert row is not None
        return lease_notice(tx, row, NOON, NOON + MINUTE, "console")


def now_row(store: Store) -> dict[str, Any]:
    with store.read() as tx:
        (row,) = list_notices(tx)
        return row


def test_the_same_thing_is_added_once(store: Store) -> None:
    with store.write() as tx:
        case = file(tx, 1).id
        assert (add(tx, case), add(tx, case), add(tx, case, 2), add_notices(tx, [])) == (1, 0, 1, 0)
        assert [row["params"] for row in notices_of(tx, case)] == [{"result": "已修好"}] * 2
        assert notice_counts(tx) == {"pending": 2}


def test_a_notice_is_taken_when_it_is_due_and_is_nobody_elses_while_leased(store: Store, leased: dict[str, Any]) -> None:
    with store.write() as tx:
        assert next_notice_at(tx) == NOON + MINUTE
        assert take_notice(tx, NOON + MINUTE / 2) is None
        lapsed = take_notice(tx, NOON + MINUTE)
        assert lapsed is not None
        assert (lapsed["state"], lapsed["attempts"], lapsed["sent_at"], lapsed["channel"]) == ("sending", 1, NOON, "console")


def test_many_at_once_take_each_notice_once(store: Store) -> None:
    with store.write() as tx:
        case = file(tx, 1).id
        for number in range(24):
            add(tx, case, number)

    def work(_worker: int) -> list[int]:
        taken = []
        while True:
            with store.write() as tx:
                row = take_notice(tx, NOON)
                if row is None:
                    return taken
                lease_notice(tx, row, NOON, NOON + MINUTE)
            taken.append(row["id"])

    with ThreadPoolExecutor(4) as pool:
        ids = [one for part in pool.map(work, range(4)) for one in part]
    assert len(ids) == len(set(ids)) == 24


def test_what_was_sent_is_not_taken_again(store: Store, leased: dict[str, Any]) -> None:
    with store.write() as tx:
        note_sent(tx, leased, "biz-1", 2)
    row = now_row(store)
    assert (row["state"], row["provider_id"], row["segments"], row["lease_until"]) == ("sent", "biz-1", 2, None)
    with store.write() as tx:
        assert take_notice(tx, NOON + 99 * MINUTE) is None and next_notice_at(tx) is None


@pytest.mark.parametrize(("state", "sent_at"), [("pending", None), ("sending", NOON)])
def test_what_is_put_back_waits_and_only_what_may_have_gone_keeps_its_time(
    store: Store, leased: dict[str, Any], state: str, sent_at: dt.datetime | None
) -> None:
    later = NOON + 5 * MINUTE
    with store.write() as tx:
        put_back(tx, leased, later, state=state, code="isp.SYSTEM_ERROR", error="busy")
    row = now_row(store)
    assert (row["state"], row["next_at"], row["sent_at"], row["error_code"]) == (state, later, sent_at, "isp.SYSTEM_ERROR")


def test_who_lost_the_lease_changes_nothing(store: Store, leased: dict[str, Any]) -> None:
    with store.write() as tx:
        row = take_notice(tx, NOON + MINUTE)
        assert row is not None
        again = lease_notice(tx, row, NOON + MINUTE, NOON + 2 * MINUTE)
    with store.write() as tx:
        put_back(tx, leased, NOON)
        end_notice(tx, leased, "failed", "x", "x")
    assert (now_row(store)["state"], now_row(store)["attempts"]) == ("sending", 2)
    with store.write() as tx:
        end_notice(tx, again, "uncertain", "no_answer", "nobody knows")
    assert (now_row(store)["state"], now_row(store)["sent_at"]) == ("uncertain", NOON)


@pytest.mark.parametrize("order", [("note", "receipt"), ("receipt", "note"), ("note", "receipt", "receipt")])
def test_a_receipt_may_come_before_the_send_is_noted_and_again(store: Store, leased: dict[str, Any], order: tuple[str, ...]) -> None:
    for step in order:
        with store.write() as tx:
            if step == "note":
                note_sent(tx, leased, "biz-1", 1)
            else:
                assert note_receipt(tx, NOON + MINUTE, notice_id=leased["id"], provider_id="biz-1", delivered=True, segments=1)
    row = now_row(store)
    assert (row["state"], row["provider_id"], row["receipt_at"]) == ("delivered", "biz-1", NOON + MINUTE)


def test_a_receipt_is_known_by_the_providers_number_and_what_arrived_stays_arrived(store: Store, leased: dict[str, Any]) -> None:
    with store.write() as tx:
        note_sent(tx, leased, "biz-1", 1)
        assert not note_receipt(tx, NOON, provider_id="biz-2", delivered=True)
        assert not note_receipt(tx, NOON, provider_id="", delivered=True)
        assert note_receipt(tx, NOON, provider_id="biz-1", delivered=False, code="UNDELIVERABLE")
    assert (now_row(store)["state"], now_row(store)["error_code"]) == ("failed", "UNDELIVERABLE")
    with store.write() as tx:
        note_receipt(tx, NOON, provider_id="biz-1", delivered=True)
        note_receipt(tx, NOON, provider_id="biz-1", delivered=False, code="LATE")
    assert now_row(store)["state"] == "delivered"


def test_a_person_puts_back_what_failed_and_by_name_what_is_uncertain(store: Store, leased: dict[str, Any]) -> None:
    with store.write() as tx:
        end_notice(tx, leased, "uncertain", "no_answer", "nobody knows")
        assert retry_notices(tx, NOON) == 0
        assert retry_notices(tx, NOON, [leased["id"]]) == 1
        row = take_notice(tx, NOON)
        assert row is not None and (row["attempts"], row["sent_at"]) == (0, None)
        end_notice(tx, row, "dropped", "phone_cap", "ten today")
        assert retry_notices(tx, NOON) == 1


def test_sms_to_a_phone_are_counted_and_found(store: Store, leased: dict[str, Any]) -> None:
    with store.write() as tx:
        assert sent_to_phone(tx, "phone-1", NOON) == 1 and sent_to_phone(tx, "phone-1", NOON + MINUTE) == 0
        assert sent_to_phone(tx, "phone-2", NOON) == 0
        assert [row["id"] for row in told_phones(tx, ["old", "phone-1"], "resolved")] == [leased["id"]]
        put_back(tx, leased, NOON)
        assert sent_to_phone(tx, "phone-1", NOON) == 0, "what the provider refused did not go out"
        assert told_phones(tx, ["phone-1"], "resolved") == []


def test_a_reply_is_kept_once(store: Store) -> None:
    row = {"provider_key": "aliyun:7", "phone_index": "phone-1", "blob": b"\x00", "outcome": "new", "received_at": NOON}
    with store.write() as tx:
        case = file(tx, 1).id
        assert add_reply(tx, row) and not add_reply(tx, row)
        settle_reply(tx, "aliyun:7", "unmatched")
        assert [one["blob"] for one in list_replies(tx, ["unmatched"])] == [b"\x00"]
        settle_reply(tx, "aliyun:7", "rated", case)
        found = find_reply(tx, "aliyun:7")
        assert found is not None and (found["outcome"], found["case_id"]) == ("rated", case)
        assert find_reply(tx, "aliyun:8") is None and list_replies(tx, ["unmatched"]) == []
