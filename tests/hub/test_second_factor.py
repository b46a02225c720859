"""The second factor: six digits that count once, recovery codes that count once, and a limit that locks out nobody who has one."""

import base64
import hmac
import re

import pytest

from service.hub import second_factor as room
from service.hub.accounts import add_user
from service.hub.managing import reset_factor
from service.hub.second_factor import (
    MISSES_ALLOWED,
    Answer,
    begin,
    check,
    confirm,
    new_recovery_codes,
    recovery_codes_left,
    remove,
)
from service.hub.sessions import session_of, sign_in, user_of_session
from service.store import accounts, audit, factors

PASSWORD = "correct horse battery"
ADDRESS = "115.231.8.9"


def enter(hub, name="zhao"):
    return session_of(hub, sign_in(hub, name, PASSWORD, ADDRESS))


def code_of(secret, clock, steps=0):
    """What an app shows, worked out here from RFC 4226, section 5.3, and RFC 6238, section 4.2."""
    counter = int(clock.now.timestamp()) // 30 + steps
    digest = hmac.digest(base64.b32decode(secret), counter.to_bytes(8, "big"), "sha1")
    place = digest[-1] & 15
    return f"{(int.from_bytes(digest[place : place + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"


@pytest.fixture
def enrolled(hub, clock):
    """A secret and recovery codes of zhao, whose enrolment is a few minutes ago."""
    add_user(hub, "zhao", PASSWORD, "labour")
    session = enter(hub)
    begun = begin(hub, session.user)
    codes = confirm(hub, session, begun.ticket, code_of(begun.secret, clock))
    clock.move(minutes=5)
    return begun.secret, codes


def test_nothing_counts_before_a_code_has_shown_that_the_app_has_the_secret(hub, clock):
    add_user(hub, "zhao", PASSWORD, "labour")
    session = enter(hub)
    begun = begin(hub, session.user)
    assert re.match(r"otpauth://totp/.*zhao\?secret=" + begun.secret, begun.uri)
    assert begin(hub, session.user, begun.ticket).secret == begun.secret, "the same is shown again after a wrong code"
    for code in ("", "000000", "12345", "abcdef", "１２３４５６"):
        assert confirm(hub, session, begun.ticket, code) is None
    assert not enter(hub).enrolled
    codes = confirm(hub, session, begun.ticket, f" {code_of(begun.secret, clock)[:3]} {code_of(begun.secret, clock)[3:]} ")
    assert len(set(codes)) == 10 and all(re.fullmatch(r"[a-z2-9]{5}-[a-z2-9]{5}", one) for one in codes)
    assert enter(hub).factor_due


def test_a_ticket_is_worth_nothing_for_others_or_later(hub, clock):
    add_user(hub, "zhao", PASSWORD, "labour")
    add_user(hub, "qian", PASSWORD, "labour")
    session = enter(hub)
    begun = begin(hub, session.user)
    assert confirm(hub, enter(hub, "qian"), begun.ticket, code_of(begun.secret, clock)) is None
    assert confirm(hub, session, begun.ticket[:-8], code_of(begun.secret, clock)) is None
    clock.move(minutes=21)
    assert confirm(hub, session, begun.ticket, code_of(begun.secret, clock)) is None


def test_a_code_lets_the_session_go_on_under_another_token(hub, enrolled, clock):
    session = enter(hub)
    assert user_of_session(hub, session.token) is None, "the password alone opens nothing"
    answer, token = check(hub, session, code_of(enrolled[0], clock))
    assert answer is Answer.RIGHT and token != session.token
    assert user_of_session(hub, token) is not None and user_of_session(hub, session.token) is None


@pytest.mark.parametrize(("steps", "answer"), [(-2, "wrong"), (-1, "right"), (0, "right"), (1, "right"), (2, "wrong")])
def test_the_clock_of_a_phone_may_be_one_step_off(hub, enrolled, clock, steps, answer):
    assert check(hub, enter(hub), code_of(enrolled[0], clock, steps))[0] == answer


def test_no_step_counts_twice_nor_one_before_it(hub, enrolled, clock):
    code = code_of(enrolled[0], clock)
    assert check(hub, enter(hub), code)[0] is Answer.RIGHT
    assert check(hub, enter(hub), code)[0] is Answer.WRONG
    assert check(hub, enter(hub), code_of(enrolled[0], clock, -1))[0] is Answer.WRONG
    clock.move(seconds=30)
    assert check(hub, enter(hub), code_of(enrolled[0], clock))[0] is Answer.RIGHT


def test_a_recovery_code_counts_once_however_it_is_typed(hub, enrolled):
    first, second = enrolled[1][:2]
    assert check(hub, enter(hub), first.upper().replace("-", " "))[0] is Answer.RIGHT
    assert check(hub, enter(hub), first)[0] is Answer.WRONG
    assert check(hub, enter(hub), second)[0] is Answer.RIGHT
    session = enter(hub)
    assert recovery_codes_left(hub, session.user) == 8
    fresh = new_recovery_codes(hub, session.user)
    assert check(hub, session, enrolled[1][2])[0] is Answer.WRONG and check(hub, session, fresh[0])[0] is Answer.RIGHT


def test_many_wrong_codes_rest_the_digits_for_a_while_and_never_the_recovery_codes(hub, enrolled, clock):
    session = enter(hub)
    for _ in range(MISSES_ALLOWED):
        assert check(hub, session, "000000")[0] is Answer.WRONG
    assert check(hub, session, code_of(enrolled[0], clock))[0] is Answer.WAIT
    assert check(hub, session, enrolled[1][0])[0] is Answer.RIGHT
    clock.move(minutes=10)
    assert check(hub, enter(hub), code_of(enrolled[0], clock))[0] is Answer.RIGHT


def test_whoever_knows_only_the_password_does_not_replace_the_factor(hub, enrolled, clock):
    session = enter(hub)
    begun = begin(hub, session.user)
    assert confirm(hub, session, begun.ticket, code_of(begun.secret, clock)) is None
    assert check(hub, session, code_of(enrolled[0], clock))[0] is Answer.RIGHT


def test_a_lost_factor_is_reset_by_a_manager_and_an_unwanted_one_is_taken_off(hub, enrolled, clock):
    session = enter(hub)
    reset_factor(hub, "cli:root", "zhao")
    assert session_of(hub, session.token) is None
    session = enter(hub)
    assert session.whole and recovery_codes_left(hub, session.user) == 0
    begun = begin(hub, session.user)
    confirm(hub, session, begun.ticket, code_of(begun.secret, clock))
    assert remove(hub, session.user) and enter(hub).whole


def test_neither_secret_nor_codes_can_be_read_from_the_database(hub, enrolled):
    with hub.store.read() as tx:
        kept = [list(row) for table in ("users", "recovery_codes", "audit") for row in tx.exec_driver_sql(f"SELECT * FROM {table}")]
        row = accounts.find_user(tx, "zhao")
        actions = [entry["action"] for entry in audit.recent_audit(tx)]
    text = str(kept)
    assert enrolled[0] not in text and enrolled[0].encode() not in row["totp"]
    assert not any(code in text or code.replace("-", "") in text for code in enrolled[1])
    assert "enrol_factor" in actions


def test_one_code_lets_one_of_two_requests_in(hub, enrolled, clock):
    user = enter(hub).user
    step = int(clock.now.timestamp()) // room.STEP_SECONDS
    with hub.store.write() as tx:
        assert factors.use_step(tx, user.id, step) and not factors.use_step(tx, user.id, step)
