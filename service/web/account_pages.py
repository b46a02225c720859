"""One's own account: what one may do, the password, the second factor, and where one is signed in.

Rule: whatever weakens an account asks for its password again; what is told once (recovery codes) is never kept and never
stands in an address. Everything here is complete without a script.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

from flask import Blueprint, Response, abort, redirect, request

from gonzhi_code import qr
from gonzhi_code.labels import label
from gonzhi_code.words import Words
from service.hub import second_factor
from service.hub.accounts import LONGEST_PASSWORD, BadAccount
from service.hub.context import Hub
from service.hub.permissions import Verb, may
from service.hub.sessions import (
    Session,
    change_password,
    confirm_password,
    devices,
    end_device,
    end_other_devices,
    factor_required,
    renew,
)

from . import gate
from .account_words import device_words, verb_words
from .pages import groups
from .staff import current_session, keep_session, staff_page
from .submit import posted_form
from .times import moment

WRONG_PASSWORD = Words("密码不对", "The password is wrong")
NOT_THE_SAME = Words("两次输入的新密码不一样", "The two new passwords differ")
WRONG_CODE = Words("验证码不对，请看手机上现在的 6 位数字，再输一次", "The code is wrong; type the six digits that your phone shows now")
A_DUTY = Words("您的角色必须使用验证码，不能取消", "Your role must have a second factor; it cannot be taken off")
MADE = {
    "password": Words("密码改好了，其他设备已退出。", "The password is changed; other devices are signed out."),
    "ended": Words("已退出那台设备。", "That device is signed out."),
    "others": Words("其他设备都已退出。", "All other devices are signed out."),
    "removed": Words("验证码已取消。", "The second factor is off."),
}


@dataclass(frozen=True)
class Own:
    """The account of whoever sent this request."""

    hub: Hub
    session: Session

    @property
    def address(self) -> str:
        """Where the request comes from."""
        return request.remote_addr or ""

    def overview(self) -> Response:
        """The page that everything starts from."""
        hub, session, user = self.hub, self.session, self.session.user
        shown = [
            {"reference": one.reference, "words": device_words(one.agent), "opened": moment(one.opened_at), "seen": moment(one.seen_at), "this": one.this,
             "method": one.method}
            for one in devices(hub, session)
        ]  # fmt: skip
        return staff_page(
            hub, "desk/account.html", devices=shown, role=label(user.role), may=[verb_words(verb) for verb in Verb if may(user, verb)],
            areas=[hub.county.place_name(area_id) for area_id in sorted(user.area_ids) if area_id in hub.county.villages],
            enrolled=session.enrolled, codes_left=second_factor.recovery_codes_left(hub, user) if session.enrolled else 0,
            required=factor_required(hub, user.role), done=MADE.get(request.args.get("done", "")), linked=hub.settings.oidc_issuer,
        )  # fmt: skip

    def password_form(self, status: int = 200, errors: dict[str, Words] | None = None) -> Response:
        """The form for another password."""
        return staff_page(self.hub, "desk/account_password.html", status, errors=errors or {}, lent=self.session.must_change)

    def take_password(self) -> Response:
        """Another password, as it was typed."""
        form = posted_form(self.hub.settings.max_form_bytes)
        old, new, again = (form.get(name, "")[: LONGEST_PASSWORD + 1] for name in ("old", "new", "again"))
        if new != again:
            return self.password_form(422, {"again": NOT_THE_SAME})
        lent = self.session.must_change
        try:
            change_password(self.hub, self.session, old, new, self.address)
        except BadAccount as bad:
            return self.password_form(422, bad.errors)
        way = gate.safe_way(request.args.get("next", "")) if lent else "/desk/account?done=password"
        return redirect(way, 303)  # type: ignore[return-value]

    def factor_form(self, status: int = 200, errors: dict[str, Words] | None = None, ticket: str = "") -> Response:
        """What stands of the second factor; without one, or with ``?new``, the QR code for an app."""
        hub, session, user = self.hub, self.session, self.session.user
        enrolling = not session.enrolled or "new" in request.args
        begun = second_factor.begin(hub, user, ticket) if enrolling else None
        picture = base64.b64encode(qr.svg(begun.uri, ecc="M").encode()).decode() if begun else ""
        return staff_page(
            hub, "desk/account_factor.html", status, errors=errors or {}, begun=begun, picture=picture,
            secret=groups(begun.secret) if begun else "", enrolled=session.enrolled, first=session.factor_due,
            required=factor_required(hub, user.role), codes_left=second_factor.recovery_codes_left(hub, user),
        )  # fmt: skip

    def enrol(self) -> Response:
        """A code of the app that was shown the secret."""
        form = posted_form(self.hub.settings.max_form_bytes)
        errors = {} if self.session.factor_due or self._right(form.get("password", "")) else {"password": WRONG_PASSWORD}
        codes = second_factor.confirm(self.hub, self.session, form.get("ticket", ""), form.get("code", "")) if not errors else None
        if codes is None:
            return self.factor_form(422, errors or {"code": WRONG_CODE}, form.get("ticket", ""))
        answer = staff_page(self.hub, "desk/account_codes.html", codes=codes, way=gate.safe_way(request.args.get("next", "")))
        keep_session(self.hub, answer, renew(self.hub, self.session.token))
        return answer

    def new_codes(self) -> Response:
        """Other recovery codes."""
        form = posted_form(self.hub.settings.max_form_bytes)
        if not self.session.enrolled:
            abort(404)
        if not self._right(form.get("password", "")):
            return self.factor_form(422, {"password-codes": WRONG_PASSWORD})
        return staff_page(self.hub, "desk/account_codes.html", codes=second_factor.new_recovery_codes(self.hub, self.session.user), way="/desk/account")

    def remove(self) -> Response:
        """The second factor taken off."""
        form = posted_form(self.hub.settings.max_form_bytes)
        if not self._right(form.get("password", "")):
            return self.factor_form(422, {"password-remove": WRONG_PASSWORD})
        if not second_factor.remove(self.hub, self.session.user):
            return self.factor_form(422, {"password-remove": A_DUTY})
        return redirect("/desk/account?done=removed", 303)  # type: ignore[return-value]

    def end(self) -> Response:
        """One session ended, or all the others."""
        wanted = posted_form(self.hub.settings.max_form_bytes).get("end", "")
        if wanted == "others":
            end_other_devices(self.hub, self.session)
            return redirect("/desk/account?done=others", 303)  # type: ignore[return-value]
        end_device(self.hub, self.session, wanted)
        return redirect("/desk/account?done=ended", 303)  # type: ignore[return-value]

    def _right(self, password: str) -> bool:
        return confirm_password(self.hub, self.session.user, password[: LONGEST_PASSWORD + 1], self.address)


def blueprint(hub: Hub) -> Blueprint:
    """The routes of one's own account. The gate has sent everybody away who is not signed in."""
    routes = Blueprint("account", __name__)

    def own() -> Own:
        session = current_session(hub)
        if session is None:
            abort(403)
        return Own(hub, session)

    routes.add_url_rule("/desk/account", "show", lambda: own().overview(), methods=["GET"])
    routes.add_url_rule("/desk/account/password", "ask_password", lambda: own().password_form(), methods=["GET"])
    routes.add_url_rule("/desk/account/password", "take_password", lambda: own().take_password(), methods=["POST"])
    routes.add_url_rule("/desk/account/second-factor", "ask_factor", lambda: own().factor_form(), methods=["GET"])
    routes.add_url_rule("/desk/account/second-factor", "enrol", lambda: own().enrol(), methods=["POST"])
    routes.add_url_rule("/desk/account/second-factor/codes", "new_codes", lambda: own().new_codes(), methods=["POST"])
    routes.add_url_rule("/desk/account/second-factor/remove", "remove", lambda: own().remove(), methods=["POST"])
    routes.add_url_rule("/desk/account/sessions", "end", lambda: own().end(), methods=["POST"])
    return routes
