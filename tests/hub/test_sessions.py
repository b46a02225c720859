"""Sessions of staff: they end, are listed, are ended from the other side, and cannot be planted; tries cost time."""

import hashlib
from dataclasses import replace

import pytest

from service.hub import passwords, sessions
from service.hub.accounts import BadAccount, add_user
from service.hub.sessions import (
    change_password,
    devices,
    end_device,
    end_other_devices,
    renew,
    session_of,
    sign_in,
    sign_out,
    user_of_session,
)
from service.store import accounts, audit

PASSWORD = "correct horse battery"
OTHER = "another long sentence"
ADDRESS = "115.231.8.9"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36"


@pytest.fixture
def staff(hub):
    add_user(hub, "zhao", PASSWORD, "331081104.social")
    return "zhao"


def enter(hub, name="zhao", **more):
    token = sign_in(hub, name, PASSWORD, ADDRESS, **more)
    assert token
    return token


def trail(hub):
    with hub.store.read() as tx:
        return [row["action"] for row in audit.recent_audit(tx)]


def test_a_session_that_is_used_lasts_until_its_last_hour(hub, staff, clock):
    token = enter(hub)
    for _ in range(hub.settings.session_hours * 2 - 1):
        clock.move(minutes=30)
        assert user_of_session(hub, token) is not None
    clock.move(minutes=29, seconds=59)
    assert user_of_session(hub, token) is not None
    clock.move(seconds=2)
    assert user_of_session(hub, token) is None


def test_a_session_that_is_not_used_ends_sooner(hub, staff, clock):
    token = enter(hub)
    clock.move(minutes=hub.settings.idle_minutes - 1)
    assert user_of_session(hub, token) is not None
    clock.move(minutes=hub.settings.idle_minutes)
    assert user_of_session(hub, token) is None


def test_what_a_page_asks_by_itself_keeps_no_session_alive(hub, staff, clock):
    token = enter(hub)
    for _ in range(4):
        clock.move(minutes=hub.settings.idle_minutes // 4 - 1)
        assert session_of(hub, token, passive=True) is not None
    clock.move(minutes=4)
    assert session_of(hub, token) is None


def test_a_sign_in_ends_the_session_that_the_browser_had_and_takes_no_token_from_it(hub, staff):
    planted = "a" * 43
    first = enter(hub, old_token=planted)
    second = enter(hub, old_token=first)
    assert len({planted, first, second}) == 3
    assert user_of_session(hub, planted) is None and user_of_session(hub, first) is None
    assert user_of_session(hub, second) is not None


def test_a_renewed_session_has_another_token_and_the_earlier_one_opens_nothing(hub, staff):
    first = enter(hub)
    second = renew(hub, first)
    assert user_of_session(hub, first) is None and user_of_session(hub, second) is not None
    sign_out(hub, second)
    assert renew(hub, second) == ""


def test_one_sees_ones_own_sessions_this_one_first_and_ends_the_others(hub, staff, clock):
    add_user(hub, "qian", PASSWORD, "labour")
    stranger = enter(hub, "qian")
    old = enter(hub, agent=CHROME)
    clock.move(minutes=5)
    here = session_of(hub, enter(hub, agent="phone"))
    shown = devices(hub, here)
    assert [(one.this, one.agent) for one in shown] == [(True, "phone"), (False, CHROME)]
    assert not any(old in repr(one) or here.token in repr(one) for one in shown)
    assert end_device(hub, here, shown[1].reference) and not end_device(hub, here, shown[1].reference)
    assert user_of_session(hub, old) is None
    third = enter(hub)
    assert end_other_devices(hub, here) == 1
    assert user_of_session(hub, third) is None and user_of_session(hub, here.token) is not None
    assert user_of_session(hub, stranger) is not None
    assert not end_device(hub, here, sessions.reference(hashlib.sha256(stranger.encode()).hexdigest()))
    assert user_of_session(hub, stranger) is not None


def test_changing_the_password_asks_for_the_present_one_and_ends_the_other_sessions(hub, staff, slept):
    here, there = session_of(hub, enter(hub)), enter(hub)
    for old, new, field in (("wrong", OTHER, "old"), (PASSWORD, "short", "new"), (PASSWORD, PASSWORD, "new"), (PASSWORD, "aaaaaaaaaaaa", "new")):
        with pytest.raises(BadAccount) as refused:
            change_password(hub, here, old, new, ADDRESS)
        assert set(refused.value.errors) == {field}
    change_password(hub, here, PASSWORD, OTHER, ADDRESS)
    assert user_of_session(hub, here.token) is not None and user_of_session(hub, there) is None
    assert sign_in(hub, "zhao", PASSWORD, ADDRESS) is None and sign_in(hub, "zhao", OTHER, ADDRESS)
    assert "change_password" in trail(hub)


def test_a_lent_password_opens_nothing_until_it_is_changed(hub):
    add_user(hub, "li", PASSWORD, "labour", must_change=True)
    session = session_of(hub, enter(hub, "li"))
    assert session.must_change and not session.whole and user_of_session(hub, session.token) is None
    change_password(hub, session, PASSWORD, OTHER, ADDRESS)
    assert user_of_session(hub, session.token) is not None


def test_tries_on_one_account_from_one_address_get_slower_even_the_right_one_but_no_more_than_two_seconds(hub, staff, slept):
    for _ in range(20):
        assert sign_in(hub, staff, "wrong password!", "10.0.0.1") is None
    assert max(slept) == 2.0
    slept.clear()
    assert sign_in(hub, staff, PASSWORD, "10.0.0.1") and slept == [2.0]
    slept.clear()
    assert sign_in(hub, staff, PASSWORD, "10.0.0.1") and slept == [], "the right password forgets the tries"


def test_the_true_holder_is_never_slowed_by_others(hub, staff, slept):
    add_user(hub, "qian", PASSWORD, "labour")
    for number in range(12):
        sign_in(hub, staff, "wrong password!", f"10.0.{number}.1")
        sign_in(hub, "nobody", "wrong password!", "10.9.9.9")
    slept.clear()
    assert sign_in(hub, staff, PASSWORD, ADDRESS), "an account is never locked"
    assert sign_in(hub, "qian", PASSWORD, "10.9.9.9"), "nor is an address"
    assert slept == []


def test_tries_are_counted_before_the_password_is_looked_at_and_forgotten_after_ten_minutes(hub, staff, slept, clock):
    for name in (staff, "nobody"):
        for _ in range(5):
            assert sign_in(hub, name, "wrong password!", "10.0.0.1") is None
    assert len(slept) == 7, "two for the first name, and all five for the second, because the address is known by then"
    clock.move(minutes=10)
    slept.clear()
    assert sign_in(hub, staff, "wrong password!", "10.0.0.1") is None and slept == []


@pytest.mark.parametrize("name", ["zhao", "nobody", "", "gone"])
def test_every_refusal_costs_one_password_check(hub, staff, name, monkeypatch):
    add_user(hub, "gone", PASSWORD, "labour")
    with hub.store.write() as tx:
        accounts.change_user(tx, accounts.find_user(tx, "gone")["id"], disabled=True)
    worked, honest = [], hashlib.scrypt
    monkeypatch.setattr(hashlib, "scrypt", lambda *a, **k: worked.append(k["n"]) or honest(*a, **k))
    assert sign_in(hub, name, "wrong password!", ADDRESS) is None
    assert worked == [2**passwords._LOG_N]


def test_a_required_second_factor_is_still_to_come_after_the_password(hub, staff):
    strict = replace(hub, settings=replace(hub.settings, require_second_factor="centre"))
    add_user(strict, "centre", PASSWORD, "centre")
    session = session_of(strict, enter(strict, "centre"))
    assert session.factor_due and not session.enrolled and user_of_session(strict, session.token) is None
    assert user_of_session(strict, enter(strict, "zhao")) is not None
