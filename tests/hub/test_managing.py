"""Looking after accounts: nobody gives what they do not have, takes over somebody who has more, or locks out the last manager."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from service.hub.accounts import BadAccount, add_user, find_user
from service.hub.granting import NotYours, Wanted, givable
from service.hub.managing import (
    change_account,
    disable,
    enable,
    end_sessions,
    get_account,
    list_accounts,
    make_account,
    reset_factor,
    reset_password,
)
from service.hub.permissions import VERBS, Verb
from service.hub.sessions import session_of, sign_in, user_of_session
from service.store import audit

PASSWORD = "correct horse battery"
ADDRESS = "115.231.8.9"
XINHE, VILLAGE, ELSEWHERE = "331081104", "331081104294", "331081101204"
MANAGER = frozenset({"manage_users"})


@pytest.fixture
def people(hub):
    for name, unit, more in (
        ("centre", "centre", {}),
        ("xinhe", f"{XINHE}.command", {"grants": MANAGER}),
        ("social", f"{XINHE}.social", {}),
        ("daxi", "331081101.social", {}),
        ("labour", "labour", {"grants": MANAGER}),
        ("labour2", "labour", {}),
        ("edu", "education", {"grants": frozenset({"open_sealed"})}),
        ("audit", "discipline", {"role": "auditor"}),
    ):
        add_user(hub, name, PASSWORD, unit, **more)
    return {name: find_user(hub, name) for name in ("centre", "xinhe", "social", "labour", "edu", "audit")}


def trail(hub):
    with hub.store.read() as tx:
        return [(row["who"], row["action"]) for row in audit.recent_audit(tx)]


def wrong(call, *arguments):
    with pytest.raises(BadAccount) as refused:
        call(*arguments)
    return set(refused.value.errors)


def test_a_new_account_has_a_password_told_once_that_must_be_changed(hub, people):
    password = make_account(hub, people["centre"], "wang", Wanted(f"{XINHE}.social", "grid", "王师傅", area_ids=frozenset({VILLAGE})))
    session = session_of(hub, sign_in(hub, "wang", password, ADDRESS))
    assert session.must_change and (session.user.role, session.user.name) == ("grid", "王师傅")
    assert session.user.area_ids == {VILLAGE}
    assert ("centre", "add_user") in trail(hub)
    with hub.store.read() as tx:
        assert password not in str(audit.recent_audit(tx))


@pytest.mark.parametrize(
    ("username", "wanted", "fields"),
    [
        ("W!", Wanted(""), {"username", "unit"}),
        ("wang", Wanted("labour", "king"), {"role"}),
        ("wang", Wanted("labour", "centre"), {"role"}),
        ("wang", Wanted("labour", "township"), {"role"}),
        ("wang", Wanted(f"{XINHE}.social", "township"), {"role"}),
        ("wang", Wanted("labour", "grid"), {"role"}),
        ("wang", Wanted(f"{XINHE}.social", "grid", area_ids=frozenset({ELSEWHERE})), {"areas"}),
        ("wang", Wanted(f"{XINHE}.social", "unit", area_ids=frozenset({VILLAGE})), {"areas"}),
        ("wang", Wanted("labour", grants=frozenset({"open_sealed"})), {"grants"}),
        ("wang", Wanted("labour", grants=frozenset({"close"})), {"grants"}),
        ("wang", Wanted("discipline", "auditor", grants=frozenset({"reveal"})), {"grants"}),
        ("new", Wanted("labour"), {"username"}),
        ("social", Wanted("labour"), {"username"}),
    ],
)
def test_what_will_not_do_is_told_at_its_field_all_at_once(hub, people, username, wanted, fields):
    assert wrong(make_account, hub, people["centre"], username, wanted) == fields


def test_nobody_gives_what_they_do_not_have_and_the_command_line_gives_all(hub, people):
    sealed = Wanted("police", grants=frozenset({"open_sealed"}))
    assert wrong(make_account, hub, people["centre"], "police", sealed) == {"grants"}
    assert wrong(make_account, hub, people["xinhe"], "wang", Wanted(f"{XINHE}.social", grants=frozenset({"see_audit"}))) == {"grants"}
    make_account(hub, "cli:root", "police", sealed)
    assert find_user(hub, "police").grants == {"open_sealed"}
    make_account(hub, people["xinhe"], "wang", Wanted(f"{XINHE}.social", grants=frozenset({"export"})))


@pytest.mark.parametrize("role", ["centre", "township", "unit", "grid", "auditor", ""])
def test_what_can_be_given_is_never_what_the_role_has_nor_a_move_it_can_never_make(hub, people, role):
    assert not givable("cli:root", role) & VERBS.get(role, frozenset())
    assert Verb.OPEN_SEALED not in givable(people["centre"], role)
    assert not givable(people["social"], "grid") - VERBS["unit"]
    assert Verb.CLOSE not in givable("cli:root", "unit")


def test_grants_that_are_there_may_stay_and_may_be_taken(hub, people):
    kept = Wanted("education", "unit", "教育局", grants=frozenset({"open_sealed", "see_board"}))
    change_account(hub, people["centre"], "edu", kept)
    assert find_user(hub, "edu").grants == {"open_sealed", "see_board"}
    change_account(hub, people["centre"], "edu", Wanted("education", "unit"))
    assert find_user(hub, "edu").grants == frozenset()
    assert wrong(change_account, hub, people["centre"], "edu", kept) == {"grants"}


def test_nobody_takes_over_an_account_that_holds_more(hub, people):
    centre = people["centre"]
    assert wrong(reset_password, hub, centre, "edu") == {"password"}
    assert wrong(reset_factor, hub, centre, "edu") == {"factor"}
    linked = Wanted("education", "unit", grants=frozenset({"open_sealed"}), subject="me")
    assert wrong(change_account, hub, centre, "edu", linked) == {"subject"}
    disable(hub, centre, "edu")
    assert wrong(enable, hub, centre, "edu") == {"enable"}
    assert not get_account(hub, centre, "edu").yours and get_account(hub, centre, "social").yours
    assert sign_in(hub, "edu", reset_password(hub, "cli:root", "edu"), ADDRESS) is None, "stopped as it is"


def test_a_manager_outside_the_centre_sees_the_own_township_or_unit_only(hub, people):
    assert [one.user.username for one in list_accounts(hub, people["xinhe"])] == ["social", "xinhe"]
    assert [one.user.username for one in list_accounts(hub, people["labour"])] == ["labour", "labour2"]
    assert len(list_accounts(hub, people["centre"])) == 8
    for name in ("centre", "daxi", "labour", "audit", "nobody"):
        for deed in (get_account, disable, enable, reset_password, end_sessions, reset_factor):
            with pytest.raises(NotYours):
                deed(hub, people["xinhe"], name)
    for wanted in (Wanted("labour"), Wanted("331081101.social"), Wanted(f"{XINHE}.social", "auditor")):
        assert wrong(make_account, hub, people["xinhe"], "wang", wanted) & {"unit", "role"}
    assert wrong(change_account, hub, people["xinhe"], "social", Wanted("labour")) == {"unit"}


@pytest.mark.parametrize("name", ["social", "audit", "edu"])
def test_who_has_not_the_verb_manages_nobody(hub, people, name):
    for call in (lambda by: list_accounts(hub, by), lambda by: get_account(hub, by, name), lambda by: disable(hub, by, name)):
        with pytest.raises(NotYours):
            call(people[name])
    assert wrong(make_account, hub, people[name], "wang", Wanted("labour")) == {"unit"}


def test_the_last_manager_of_the_centre_is_neither_stopped_nor_moved(hub, people):
    assert wrong(disable, hub, "cli:root", "centre") == {"disable"}
    assert wrong(change_account, hub, "cli:root", "centre", Wanted("centre", "auditor")) == {"role"}
    assert wrong(change_account, hub, people["centre"], "centre", Wanted("labour", "unit")) == {"role"}
    make_account(hub, people["centre"], "second", Wanted("centre"))
    assert wrong(disable, hub, people["centre"], "centre") == {"disable"}, "nobody stops their own account"
    disable(hub, find_user(hub, "second"), "centre")
    assert wrong(disable, hub, "cli:root", "second") == {"disable"}


def test_two_managers_who_stop_each_other_at_once_leave_one(hub, people):
    make_account(hub, people["centre"], "second", Wanted("centre"))
    second = find_user(hub, "second")

    def stop(by, name):
        try:
            disable(hub, by, name)
        except (BadAccount, NotYours):
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        tried = [pool.submit(stop, people["centre"], "second"), pool.submit(stop, second, "centre")]
        assert sorted(one.result() for one in tried) == [False, True]


def test_stopping_resetting_and_signing_out_end_every_session(hub, people):
    centre = people["centre"]
    for deed in (end_sessions, disable):
        token = sign_in(hub, "social", PASSWORD, ADDRESS)
        assert user_of_session(hub, token)
        deed(hub, centre, "social")
        assert user_of_session(hub, token) is None
    enable(hub, centre, "social")
    token = sign_in(hub, "social", PASSWORD, ADDRESS)
    password = reset_password(hub, centre, "social")
    assert user_of_session(hub, token) is None and sign_in(hub, "social", PASSWORD, ADDRESS) is None
    assert session_of(hub, sign_in(hub, "social", password, ADDRESS)).must_change
    assert {"end_sessions", "disable_user", "enable_user", "set_password"} <= {action for who, action in trail(hub) if who == "centre"}


def test_a_change_is_on_the_trail_with_what_it_was_and_counts_at_once(hub, people):
    token = sign_in(hub, "social", PASSWORD, ADDRESS)
    change_account(hub, people["centre"], "social", Wanted("police", "unit"))
    assert user_of_session(hub, token).unit_id == "police"
    change_account(hub, people["centre"], "social", Wanted("police", "unit"))
    with hub.store.read() as tx:
        changes = [row["detail"] for row in audit.recent_audit(tx) if row["action"] == "change_user"]
    assert changes == [{"username": "social", "fields": ["unit_id"], "unit_id": [f"{XINHE}.social", "police"]}]


def test_two_accounts_are_never_linked_to_one_person(hub, people):
    change_account(hub, people["centre"], "social", Wanted(f"{XINHE}.social", "unit", subject="p-1"))
    assert wrong(change_account, hub, people["centre"], "daxi", Wanted("331081101.social", "unit", subject="p-1")) == {"subject"}
    assert wrong(make_account, hub, people["centre"], "wang", Wanted("labour", subject="p-1")) == {"subject"}
    change_account(hub, people["centre"], "social", Wanted(f"{XINHE}.social", "unit"))
    change_account(hub, people["centre"], "daxi", Wanted("331081101.social", "unit", subject="p-1"))
