"""The commands that look after staff accounts: whoever runs them has the database, so they may do all of it.

The rule they keep: a password is never an argument, which other users of the machine could read: it is typed without echo, read
from a pipe, or made and printed once. Everything is on the trail under the name of whoever ran the command.
"""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from .cli_records import who

if TYPE_CHECKING:
    from .hub.context import Hub
    from .hub.managing import Account

Environ = Mapping[str, str]


@contextmanager
def _managing(environ: Environ) -> Iterator[Hub]:
    """The hub; what the accounts refuse becomes one sentence."""
    from .cli import WRONG, Refused, read_settings
    from .hub.accounts import BadAccount
    from .hub.context import build_hub

    hub = build_hub(read_settings("user", environ))
    try:
        yield hub
    except BadAccount as bad:
        raise Refused(str(bad), WRONG) from None
    finally:
        hub.close()


def _add(options: argparse.Namespace, environ: Environ) -> int:
    from .hub.accounts import BadAccount, add_user, role_of_unit
    from .hub.granting import Wanted, wanted_errors

    with _managing(environ) as hub:
        role = options.role or role_of_unit(hub, options.unit)
        wanted = Wanted(options.unit, role, options.display, frozenset(options.grant), frozenset(options.village), options.subject)
        errors = wanted_errors(hub, who(), wanted, None)
        if errors:
            raise BadAccount(errors)
        add_user(
            hub, options.name, _password(), wanted.unit_id, role=role, name=wanted.name, grants=wanted.grants, area_ids=wanted.area_ids,
            subject=wanted.subject, must_change=options.lent, by=who(),
        )  # fmt: skip
    print(f"{options.name} may sign in")
    return 0


def _change(options: argparse.Namespace, environ: Environ) -> int:
    from .hub.granting import Wanted
    from .hub.managing import change_account

    with _managing(environ) as hub:
        account = _account(hub, options.name)
        user = account.user

        def one(given: str | None, kept: str) -> str:
            return kept if given is None else given

        wanted = Wanted(
            unit_id=one(options.unit, user.unit_id), role=one(options.role, user.role), name=one(options.display, user.name),
            grants=(user.grants | set(options.grant)) - set(options.take),
            area_ids=user.area_ids if options.village is None else frozenset(filter(None, options.village)),
            subject=one(options.subject, account.subject),
        )  # fmt: skip
        change_account(hub, who(), options.name, wanted)
    print(f"{options.name} is changed")
    return 0


def _set_password(options: argparse.Namespace, environ: Environ) -> int:
    from .hub.accounts import set_password

    with _managing(environ) as hub:
        set_password(hub, options.name, _password(), by=who(), must_change=options.lent)
    print(f"{options.name} has a new password and is signed out everywhere")
    return 0


def _reset(options: argparse.Namespace, environ: Environ) -> int:
    from .hub.managing import reset_password

    with _managing(environ) as hub:
        password = reset_password(hub, who(), options.name)
    print(f"{password}\n{options.name} signs in with this once and must then choose another", file=sys.stdout)
    return 0


def _deed(name: str, told: str) -> Callable[[argparse.Namespace, Environ], int]:
    """A command that does one thing to one account."""

    def run(options: argparse.Namespace, environ: Environ) -> int:
        from .hub import managing

        with _managing(environ) as hub:
            getattr(managing, name)(hub, who(), options.name)
        print(f"{options.name} {told}")
        return 0

    return run


def _list(options: argparse.Namespace, environ: Environ) -> int:
    from .hub.managing import list_accounts

    with _managing(environ) as hub:
        found = list_accounts(hub, who())
    if options.json:
        json.dump([_told(one) for one in found], sys.stdout, ensure_ascii=False, indent=1)
        print()
        return 0
    for one in found:
        marks = [*sorted(one.user.grants), *(word for word, is_so in (("stopped", one.disabled), ("2fa", one.factor)) if is_so)]
        print(f"{one.user.username:<20} {one.user.role:<10} {one.user.unit_id:<24} {one.user.name}{'  ' if marks else ''}{' '.join(marks)}")
    return 0


def _told(one: Account) -> dict[str, Any]:
    user = one.user
    return {
        "username": user.username, "name": user.name, "unit_id": user.unit_id, "role": user.role, "grants": sorted(user.grants),
        "area_ids": sorted(user.area_ids), "disabled": one.disabled, "must_change": one.must_change, "second_factor": one.factor,
        "linked": bool(one.subject), "sessions": one.sessions,
    }  # fmt: skip


def _account(hub: Hub, username: str) -> Account:
    from .hub.accounts import no_such_user
    from .hub.granting import NotYours
    from .hub.managing import get_account

    try:
        return get_account(hub, who(), username)
    except NotYours:
        raise no_such_user(username) from None


def _password() -> str:
    """A password typed without echo, or the first line of a pipe."""
    if sys.stdin.isatty():
        return getpass.getpass("Password: ")
    return sys.stdin.readline().rstrip("\n")


def _verbs() -> Iterable[str]:
    from .hub.permissions import Verb

    return [verb.value for verb in Verb]


def add_user_commands(commands: Any) -> None:
    """Add ``user`` and what it does to the parser."""
    user = commands.add_parser("user", help="look after staff accounts").add_subparsers(dest="what", required=True)

    def command(name: str, run: Callable[[argparse.Namespace, Environ], int], words: str, *, named: bool = True) -> Any:
        added = user.add_parser(name, help=words, description=words)
        added.set_defaults(run=run)
        if named:
            added.add_argument("name", help="user name")
        return added

    def shaped(added: Any, *, new: bool) -> None:
        nothing = "" if new else None
        added.add_argument("--unit", required=new, help="unit id, such as labour or 331081104.command")
        added.add_argument("--role", default=nothing, help="centre, township, unit, grid or auditor; otherwise what fits the unit")
        added.add_argument("--display", default=nothing, help="name to show")
        added.add_argument("--grant", action="append", default=[], metavar="VERB", choices=_verbs(), help="a verb beside those of the role, such as open_sealed")
        added.add_argument("--village", action="append", default=[] if new else None, metavar="ID", help="a village of a grid officer")
        added.add_argument("--subject", default=nothing, help="who it is at the single sign-on")

    add = command("add", _add, "make an account; the password is read from the terminal or a pipe")
    shaped(add, new=True)
    change = command("change", _change, "change unit, role, grants, villages or link of an account")
    shaped(change, new=False)
    change.add_argument("--take", action="append", default=[], metavar="VERB", choices=_verbs(), help="a granted verb to take away")
    password = command("password", _set_password, "give a new password, read from the terminal or a pipe")
    for one in (add, password):
        one.add_argument("--lent", action="store_true", help="it must be changed at the next sign-in")
    command("reset", _reset, "make a one-time password and print it")
    command("disable", _deed("disable", "is stopped and signed out everywhere"), "stop an account")
    command("enable", _deed("enable", "may sign in again"), "let a stopped account sign in again")
    command("sign-out", _deed("end_sessions", "is signed out everywhere"), "end every session of an account")
    command("reset-factor", _deed("reset_factor", "has no second factor any more"), "take the second factor off an account")
    command("list", _list, "list accounts", named=False).add_argument("--json", action="store_true", help="print JSON")
