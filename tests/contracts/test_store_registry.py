"""What the store promises of spots and codes, counts, photos and accounts, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from gonzhi_code.spots import Spot
from service.store import Store, UsernameTaken
from service.store.accounts import (
    add_session,
    add_user,
    all_users,
    change_user,
    find_user,
    note_failed_sign_in,
    purge_sessions,
    revoke_session,
    revoke_sessions_of,
    touch_session,
    user_of_session,
)
from service.store.audit import add_audit, audit_of, recent_audit
from service.store.codes import (
    all_codes,
    find_code,
    get_spot,
    next_serial,
    next_spot_id,
    save_code,
    save_spot,
    set_code_state,
)
from service.store.counters import bump_counter, bump_counters, purge_counters, read_counter, reset_counter
from service.store.photos import add_photo, count_photos, photo_named, photos_of
from service.store.scans import NO_CODE, add_scans, scans_between
from tests.parts.filings import NOON, file

HALL = Spot(7, "文化礼堂", "331081101204", address="门口", subject_name="礼堂", subject_id="S-1", owner_unit_id="culture", issuer=3)
HOUR = dt.timedelta(hours=1)


def code(serial: int, **more: Any) -> dict[str, Any]:
    return {
        "issuer": 3, "spot_id": 7, "scene_code": 1, "serial": serial, "place_id": HALL.village_id, "token": f"TOKEN{serial}",
        "key_id": "b", "issued_on": dt.date(2026, 11, 23), "state_at": NOON, **more,
    }


def test_a_spot_is_written_once_and_brought_up_to_date_later(store: Store) -> None:
    with store.write() as tx:
        assert next_spot_id(tx, 3) == 1
        save_spot(tx, HALL, NOON)
        save_spot(tx, replace(HALL, name="新礼堂"), NOON + HOUR)
        assert get_spot(tx, 3, 7) == replace(HALL, name="新礼堂")
        assert get_spot(tx, 4, 7) is None
        assert next_spot_id(tx, 3) == 8


def test_a_code_is_found_with_its_spot(store: Store) -> None:
    with store.write() as tx:
        save_spot(tx, HALL, NOON)
        assert next_serial(tx, 3, 7, 1) == 1
        assert save_code(tx, code(1))
        assert not save_code(tx, code(1))
        assert next_serial(tx, 3, 7, 1) == 2
        posted = find_code(tx, "TOKEN1")
        assert posted is not None
        assert (posted.state, posted.spot, posted.scene_code, posted.serial) == ("good", HALL, 1, 1)
        assert find_code(tx, "TOKEN2") is None


def test_a_code_needs_its_spot_and_its_own_serial(store: Store) -> None:
    with pytest.raises(sa.exc.IntegrityError), store.write() as tx:
        save_code(tx, code(1))
    with store.write() as tx:
        save_spot(tx, HALL, NOON)
        save_code(tx, code(1))
    with pytest.raises(sa.exc.IntegrityError), store.write() as tx:
        save_code(tx, code(1, token="ANOTHER"))


def test_a_lost_code_stays_in_the_registry_as_lost(store: Store) -> None:
    with store.write() as tx:
        save_spot(tx, HALL, NOON)
        save_code(tx, code(2))
        save_code(tx, code(1))
        assert set_code_state(tx, "TOKEN1", "lost", at=NOON + HOUR, by="zhao", note="台风")
        assert not set_code_state(tx, "TOKEN9", "lost", at=NOON, by="zhao")
        with pytest.raises(ValueError, match="misplaced"):
            set_code_state(tx, "TOKEN1", "misplaced", at=NOON, by="zhao")
        rows = list(all_codes(tx))
        assert [(row["token"], row["state"], row["state_by"], row["spot_name"]) for row in rows] == [
            ("TOKEN1", "lost", "zhao", "文化礼堂"), ("TOKEN2", "good", "", "文化礼堂"),
        ]
        assert rows[0]["issued_on"] == dt.date(2026, 11, 23)


def test_scans_add_up_by_day_code_and_scene(store: Store) -> None:
    day = dt.date(2026, 11, 23)
    with store.write() as tx:
        add_scans(tx, {(day, 1, "wage"): {"opened": 2}, (day, NO_CODE, "unified"): {"opened": 1}})
        add_scans(tx, {(day, 1, "wage"): {"opened": 1, "submitted": 1}})
        add_scans(tx, {})
        counted = [(row["code_id"], row["opened"], row["started"], row["submitted"]) for row in scans_between(tx, day, day)]
        assert counted == [(0, 1, 0, 0), (1, 3, 0, 1)]
        assert scans_between(tx, day - dt.timedelta(days=9), day - dt.timedelta(days=1)) == []


def test_a_counter_counts_exactly_when_many_count_at_once(store: Store) -> None:
    def count(_number: int) -> int:
        with store.write() as tx:
            return bump_counter(tx, "address:x", NOON)

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(count, range(40))) == list(range(1, 41))


def test_several_counters_are_counted_up_at_once(store: Store) -> None:
    with store.write() as tx:
        assert bump_counters(tx, {}) == {}
        assert bump_counters(tx, {("b", NOON): 2}) == {("b", NOON): 2}
        more = {("b", NOON): 1, ("a", NOON): 4, ("a", NOON + HOUR): 5}
        assert bump_counters(tx, more) == {("a", NOON): 4, ("a", NOON + HOUR): 5, ("b", NOON): 3}
        assert read_counter(tx, "b", NOON) == 3


def test_counters_are_apart_by_key_and_window_and_can_be_forgotten(store: Store) -> None:
    with store.write() as tx:
        assert bump_counter(tx, "a", NOON, by=5) == 5
        assert bump_counter(tx, "a", NOON + HOUR) == 1
        assert bump_counter(tx, "b", NOON) == 1
        assert (read_counter(tx, "a", NOON), read_counter(tx, "c", NOON)) == (5, 0)
        assert purge_counters(tx, NOON + HOUR) == 2
        assert (read_counter(tx, "a", NOON), read_counter(tx, "a", NOON + HOUR)) == (0, 1)
        reset_counter(tx, "a")
        assert read_counter(tx, "a", NOON + HOUR) == 0


def test_a_photo_sent_twice_is_kept_once(store: Store) -> None:
    with store.write() as tx:
        filed = file(tx, 1)
        photo = {
            "case_id": filed.id, "field": "photos", "name": "2026/11/a.jpg", "content_hash": "h1", "media_type": "image/jpeg",
            "size_bytes": 1000, "width_px": 640, "height_px": 480, "created_at": NOON,
        }
        assert add_photo(tx, photo)
        assert not add_photo(tx, {**photo, "name": "2026/11/b.jpg"})
        assert add_photo(tx, {**photo, "name": "2026/11/c.jpg", "content_hash": "h2"})
        assert count_photos(tx, filed.id) == 2
        assert [row["name"] for row in photos_of(tx, filed.id)] == ["2026/11/a.jpg", "2026/11/c.jpg"]
        found = photo_named(tx, "2026/11/c.jpg")
        assert found is not None and found["case_id"] == filed.id


def user(name: str) -> dict[str, Any]:
    return {"username": name, "display_name": "赵", "password_hash": "scrypt:x", "unit_id": "labour", "role": "unit", "created_at": NOON}


def test_a_username_is_given_once(store: Store) -> None:
    with store.write() as tx:
        user_id = add_user(tx, user("zhao"))
        with pytest.raises(UsernameTaken):
            add_user(tx, user("zhao"))
        change_user(tx, user_id, display_name="赵云")
        found = find_user(tx, "zhao")
        assert found is not None
        assert (found["display_name"], found["disabled"], found["failed_count"]) == ("赵云", False, 0)
        assert find_user(tx, "qian") is None
        assert [row["username"] for row in all_users(tx)] == ["zhao"]


def test_a_session_ends_by_time_by_signing_out_and_with_its_user(store: Store) -> None:
    with store.write() as tx:
        user_id = add_user(tx, user("zhao"))
        for token in ("one", "two", "three"):
            add_session(tx, token, user_id, NOON, NOON + HOUR)

        def alive(at: dt.datetime = NOON) -> list[str]:
            return [token for token in ("one", "two", "three") if user_of_session(tx, token, at) is not None]

        assert alive() == ["one", "two", "three"]
        assert alive(NOON + HOUR) == []
        assert revoke_session(tx, "one", NOON)
        assert not revoke_session(tx, "one", NOON)
        assert alive() == ["two", "three"]
        change_user(tx, user_id, disabled=True)
        assert alive() == []
        change_user(tx, user_id, disabled=False)
        assert revoke_sessions_of(tx, user_id, NOON) == 2
        assert alive() == []
        assert purge_sessions(tx, NOON + HOUR) == 0
        assert purge_sessions(tx, NOON + 2 * HOUR) == 3


def test_a_right_password_forgets_the_wrong_ones(store: Store) -> None:
    with store.write() as tx:
        user_id = add_user(tx, user("zhao"))
        assert [note_failed_sign_in(tx, user_id, NOON) for _ in range(3)] == [1, 2, 3]
        add_session(tx, "one", user_id, NOON, NOON + HOUR)
        touch_session(tx, "one", NOON + HOUR / 2)
        found = user_of_session(tx, "one", NOON + HOUR / 2)
        assert found is not None
        assert (found["failed_count"], found["last_seen_at"]) == (0, NOON + HOUR / 2)


def test_the_audit_trail_outlives_the_case(store: Store) -> None:
    with store.write() as tx:
        add_audit(tx, NOON, "zhao", "sign_in")
        add_audit(tx, NOON, "zhao", "reveal", case_id=99, reason="回访", detail={"field": "phone"})
        assert [(row["action"], row["reason"], row["detail"]) for row in audit_of(tx, 99)] == [("reveal", "回访", {"field": "phone"})]
        assert [row["action"] for row in recent_audit(tx)] == ["reveal", "sign_in"]
