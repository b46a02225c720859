"""Accounts of others, for whoever looks after them: the list, a new one, changing one, stopping it, letting its holder in again.

Rule: an account that is not one's own to manage does not exist here (404); a password is told once, on the answer to the form
that made it, and stands in no address. Villages of a grid officer are typed by name, so the page needs no script.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, redirect, request
from werkzeug.datastructures import MultiDict

from gonzhi_code.labels import label
from gonzhi_code.places import find_villages
from gonzhi_code.words import Words
from service.hub import managing
from service.hub.accounts import ROLES, BadAccount, User
from service.hub.context import Hub
from service.hub.granting import LONGEST_NAME, LONGEST_SUBJECT, NotYours, Wanted, givable, looks_after
from service.hub.managing import Account
from service.hub.permissions import Verb

from .account_words import verb_words
from .audit_page import stamp
from .staff import needs, staff_page
from .submit import posted_form

LONGEST_FILTER = 40
DONE = {
    "changed": Words("改好了。", "Changed."),
    "disabled": Words("账号已停用，已全部退出。", "The account is stopped and signed out everywhere."),
    "enabled": Words("账号已恢复。", "The account may sign in again."),
    "sessions": Words("已让这个账号在所有设备上退出。", "The account is signed out everywhere."),
    "factor": Words("验证码已重设，下次登录只用密码。", "The second factor is reset; the password alone signs in."),
}
TAKEN_AWAY = Words("没有叫这个名字的村社：", "There is no such village: ")
SEVERAL = Words("有好几个村社叫这个名字，请写完整：", "Several villages have this name; write it in full: ")


@dataclass(frozen=True)
class Typed:
    """A form of an account as it was typed."""

    wanted: Wanted
    areas: str
    errors: dict[str, Words]


def read_form(hub: Hub, form: MultiDict[str, str]) -> Typed:
    """What was typed, with what is wrong about the villages."""
    unit_id, errors = form.get("unit", ""), dict[str, Words]()
    unit = hub.county.units.get(unit_id)
    area_ids = set()
    for name in filter(None, (part.strip() for part in re.split(r"[、，,;；\n]+", form.get("areas", "")[:2000]))):
        found = find_villages(hub.county, name, unit.township_id if unit else "")
        if len(found) == 1:
            area_ids.add(found[0].id)
        else:
            wrong = SEVERAL if found else TAKEN_AWAY
            errors["areas"] = Words(f"{wrong}{name}", f"{wrong.en}{name}")
    wanted = Wanted(
        unit_id=unit_id, role=form.get("role", ""), name=form.get("name", "").strip()[:LONGEST_NAME],
        grants=frozenset(form.getlist("grants")) & {verb.value for verb in Verb}, area_ids=frozenset(area_ids),
        subject=form.get("subject", "").strip()[:LONGEST_SUBJECT],
    )  # fmt: skip
    return Typed(wanted, form.get("areas", ""), errors)


def unit_choices(hub: Hub, by: User) -> list[tuple[Words, list[tuple[str, Words]]]]:
    """The units whose accounts somebody manages, county units first, then those of each township."""
    shown: dict[str, list[tuple[str, Words]]] = {}
    for unit in hub.county.units.values():
        if looks_after(hub, by, User(0, "", "", unit.id, unit.township_id, "unit")):
            shown.setdefault(unit.township_id, []).append((unit.id, Words(unit.name, unit.name_en or unit.name)))
    county = Words("市级单位", "Units of the county")
    towns = hub.county.townships
    return [(Words(towns[key].name, towns[key].name_en or towns[key].name) if key else county, shown[key]) for key in sorted(shown)]


class Desk:
    """The pages of one manager."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.by = needs(hub, Verb.MANAGE_USERS)

    def list(self) -> Response:
        """The accounts, found by name or unit."""
        words = request.args.get("q", "").strip()[:LONGEST_FILTER]
        told = [self._line(one) for one in managing.list_accounts(self.hub, self.by)]
        found = [one for one in told if words.lower() in f"{one['username']} {one['name']} {one['unit']}".lower()]
        return staff_page(self.hub, "desk/account_users.html", rows=found, total=len(told), words=words)

    def _line(self, one: Account) -> dict[str, Any]:
        unit = self.hub.county.units.get(one.user.unit_id)
        return {
            "username": one.user.username, "name": one.user.name, "unit": unit.name if unit else one.user.unit_id,
            "role": label(one.user.role), "grants": [verb_words(verb) for verb in sorted(one.user.grants)], "disabled": one.disabled,
            "factor": one.factor, "must_change": one.must_change, "sessions": one.sessions, "seen": stamp(one.seen_at) if one.seen_at else "",
        }  # fmt: skip

    def form(self, account: Account | None, typed: Typed, status: int = 200, *, username: str = "", errors: Mapping[str, Words] | None = None) -> Response:
        """The form of an account, new or there."""
        role = typed.wanted.role or (account.user.role if account else "")
        give = {verb.value for verb in givable(self.by, role)} | (account.user.grants if account else frozenset())
        return staff_page(
            self.hub, "desk/account_user.html", status, account=account, line=self._line(account) if account else None,
            username=account.user.username if account else username, wanted=typed.wanted, areas=typed.areas, errors=errors or {},
            units=unit_choices(self.hub, self.by), roles=[(one, label(one)) for one in ROLES],
            verbs_to_give=[(verb.value, verb_words(verb)) for verb in Verb if verb.value in give],
            sign_on=self.hub.settings.oidc_name if self.hub.settings.oidc_issuer else "", done=DONE.get(request.args.get("done", "")),
        )  # fmt: skip

    def blank(self) -> Response:
        """The form of a new account."""
        return self.form(None, Typed(Wanted(""), "", {}))

    def make(self) -> Response:
        """A new account, and its password, told once."""
        form = posted_form(self.hub.settings.max_form_bytes)
        typed, username = read_form(self.hub, form), form.get("username", "").strip()
        try:
            password = managing.make_account(self.hub, self.by, username, typed.wanted, further=typed.errors)
        except BadAccount as bad:
            return self.form(None, typed, 422, username=username, errors=bad.errors)
        return self._told(username, password)

    def show(self, username: str, status: int = 200, errors: Mapping[str, Words] | None = None) -> Response:
        """One account as it stands."""
        account = self.account(username)
        user = account.user
        areas = "、".join(self.hub.county.villages[one].name for one in sorted(user.area_ids) if one in self.hub.county.villages)
        wanted = Wanted(user.unit_id, user.role, user.name, user.grants, user.area_ids, account.subject)
        return self.form(account, Typed(wanted, areas, {}), status, errors=errors)

    def change(self, username: str) -> Response:
        """An account changed."""
        account, form = self.account(username), posted_form(self.hub.settings.max_form_bytes)
        typed = read_form(self.hub, form)
        if "subject" not in form:  # the field is shown only where there is a single sign-on
            typed = Typed(Wanted(**{**_fields(typed.wanted), "subject": account.subject}), typed.areas, typed.errors)
        try:
            managing.change_account(self.hub, self.by, username, typed.wanted, further=typed.errors)
        except BadAccount as bad:
            return self.form(account, typed, 422, errors=bad.errors)
        return self._back(username, "changed")

    def deed(self, username: str, deed: str) -> Response:
        """What is done to an account by one button."""
        self.account(username)
        try:
            if deed == "password":
                return self._told(username, managing.reset_password(self.hub, self.by, username))
            {"disabled": managing.disable, "enabled": managing.enable, "sessions": managing.end_sessions, "factor": managing.reset_factor}[deed](
                self.hub, self.by, username
            )
        except BadAccount as bad:
            return self.show(username, 422, bad.errors)
        return self._back(username, deed)

    def account(self, username: str) -> Account:
        """The account of that name; 404 where it is not one of theirs."""
        try:
            return managing.get_account(self.hub, self.by, username)
        except NotYours:
            abort(404)

    def _back(self, username: str, done: str) -> Response:
        return redirect(f"/desk/users/{username}?done={done}", 303)  # type: ignore[return-value]

    def _told(self, username: str, password: str) -> Response:
        return staff_page(self.hub, "desk/account_lent.html", account=managing.get_account(self.hub, self.by, username), password=password)


def _fields(wanted: Wanted) -> dict[str, Any]:
    return {name: getattr(wanted, name) for name in Wanted.__slots__}


def blueprint(hub: Hub) -> Blueprint:
    """The routes of accounts."""
    routes = Blueprint("users", __name__)

    def one_button(address: str, deed: str) -> None:
        routes.add_url_rule(
            f"/desk/users/<username>/{address}", deed, lambda username: Desk(hub).deed(username, deed), methods=["POST"]
        )

    routes.add_url_rule("/desk/users", "list", lambda: Desk(hub).list(), methods=["GET"])
    routes.add_url_rule("/desk/users/new", "blank", lambda: Desk(hub).blank(), methods=["GET"])
    routes.add_url_rule("/desk/users/new", "make", lambda: Desk(hub).make(), methods=["POST"])
    routes.add_url_rule("/desk/users/<username>", "show", lambda username: Desk(hub).show(username), methods=["GET"])
    routes.add_url_rule("/desk/users/<username>", "change", lambda username: Desk(hub).change(username), methods=["POST"])
    for address, deed in (("disable", "disabled"), ("enable", "enabled"), ("password", "password"), ("sessions", "sessions"), ("second-factor", "factor")):
        one_button(address, deed)
    return routes
