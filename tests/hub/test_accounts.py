"""Staff accounts: sign in, sign out, and nothing that could be stolen from the database."""

import json

import pytest

from service.hub.accounts import BadAccount, add_user, list_users, set_password
from service.hub.sessions import sign_in, sign_out, user_of_session
from service.store import accounts, audit

PASSWORD = "correct horse battery"
ADDRESS = "115.231.8.9"


@pytest.fixture
def staff(hub):
    add_user(hub, "zhao", PASSWORD, "331081104.social")
    return "zhao"


def test_who_signs_in_is_known_with_unit_township_and_role(hub, staff):
    user = user_of_session(hub, sign_in(hub, staff, PASSWORD, ADDRESS))
    assert (user.username, user.unit_id, user.township_id, user.role) == ("zhao", "331081104.social", "331081104000", "unit")


@pytest.mark.parametrize(
    ("unit_id", "role"), [("centre", "centre"), ("331081104.command", "township"), ("331081104.social", "unit"), ("labour", "unit")]
)
def test_the_role_follows_the_unit_unless_it_is_said(hub, unit_id, role):
    add_user(hub, "somebody", PASSWORD, unit_id)
    assert list_users(hub)[0].role == role


def test_an_auditor_is_made_by_saying_so(hub):
    add_user(hub, "audit", PASSWORD, "centre", role="auditor")
    assert list_users(hub)[0].role == "auditor"


def test_a_wrong_name_and_a_wrong_password_are_answered_alike(hub, staff):
    assert sign_in(hub, staff, "wrong password!", ADDRESS) is None
    assert sign_in(hub, "nobody", PASSWORD, ADDRESS) is None
    assert sign_in(hub, "", "", ADDRESS) is None


def test_signing_out_ends_the_session_and_no_other(hub, staff):
    first, second = sign_in(hub, staff, PASSWORD, ADDRESS), sign_in(hub, staff, PASSWORD, ADDRESS)
    sign_out(hub, first)
    assert user_of_session(hub, first) is None and user_of_session(hub, second) is not None


def test_a_new_password_signs_out_everywhere(hub, staff):
    token = sign_in(hub, staff, PASSWORD, ADDRESS)
    set_password(hub, staff, "another long password")
    assert user_of_session(hub, token) is None
    assert sign_in(hub, staff, PASSWORD, ADDRESS) is None
    assert sign_in(hub, staff, "another long password", ADDRESS)


def test_a_disabled_user_is_out_at_once(hub, staff):
    token = sign_in(hub, staff, PASSWORD, ADDRESS)
    with hub.store.write() as tx:
        accounts.change_user(tx, accounts.find_user(tx, staff)["id"], disabled=True)
    assert user_of_session(hub, token) is None and sign_in(hub, staff, PASSWORD, ADDRESS) is None


def test_wrong_passwords_slow_their_address_but_the_true_holder_elsewhere_gets_in_at_once(hub, staff, slept):
    for _ in range(8):
        assert sign_in(hub, staff, "wrong password!", "10.0.0.1") is None
    assert len(slept) == 5 and slept == sorted(slept) and slept[-1] <= 2
    slept.clear()
    assert sign_in(hub, staff, PASSWORD, ADDRESS) and slept == []


def test_neither_password_nor_session_can_be_read_from_the_database(hub, staff):
    token = sign_in(hub, staff, PASSWORD, ADDRESS)
    with hub.store.read() as tx:
        kept = [list(row) for table in ("users", "sessions", "audit", "counters") for row in tx.exec_driver_sql(f"SELECT * FROM {table}")]
    text = json.dumps(kept, default=str)
    assert PASSWORD not in text and token not in text and ADDRESS not in text


def test_signing_in_is_on_record(hub, staff):
    sign_in(hub, staff, "wrong password!", ADDRESS)
    sign_in(hub, staff, PASSWORD, ADDRESS)
    with hub.store.read() as tx:
        assert [entry["action"] for entry in audit.recent_audit(tx)] == ["sign_in", "sign_in_failed", "add_user"]


@pytest.mark.parametrize(
    ("name", "password", "unit", "role", "why"),
    [
        ("Zhao!", PASSWORD, "labour", "", "user name"),
        ("x", PASSWORD, "labour", "", "user name"),
        ("li", "short", "labour", "", "at least 10"),
        ("li", PASSWORD, "no-such-unit", "", "no unit"),
        ("li", PASSWORD, "labour", "king", "a role is one of"),
        ("zhao", PASSWORD, "labour", "", "exists already"),
    ],
)
def test_an_account_that_will_not_do_is_refused_with_the_reason(hub, staff, name, password, unit, role, why):
    with pytest.raises(BadAccount, match=why):
        add_user(hub, name, password, unit, role=role)
    assert len(list_users(hub)) == 1


def test_the_password_of_nobody_cannot_be_set(hub):
    with pytest.raises(BadAccount, match="no user"):
        set_password(hub, "nobody", PASSWORD)


@pytest.mark.parametrize("token", ["", "x", "é", "a" * 10_000])
def test_a_made_up_session_is_nobody(hub, staff, token):
    assert user_of_session(hub, token) is None
