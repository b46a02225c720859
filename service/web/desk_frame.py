"""What every staff page has around it: who is signed in, the ways to go, the secret that forms repeat.

Rule: a way is shown to those alone who may go it; whoever is not signed in is led to the sign-in, and back to nothing they
were not shown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Response, current_app, redirect, request

from gonzhi_code.words import Words
from service.hub.accounts import User
from service.hub.context import Hub
from service.hub.permissions import Verb, may

from . import guard
from .auth import current_user
from .pages import NO_STORE, page


@dataclass(frozen=True, slots=True)
class Way:
    """One entry of the navigation: where it leads, what it is called, and the verb it needs (None: everybody)."""

    path: str
    words: Words
    verb: Verb | None = None


WAYS = (
    Way("/desk", Words("待办", "Queue")),
    Way("/desk/board", Words("看板", "Board"), Verb.SEE_BOARD),
    Way("/desk/posters", Words("码牌", "Posters"), Verb.POST_CODES),
    Way("/desk/notices", Words("短信", "Notices"), Verb.SEE_NOTICES),
    Way("/desk/users", Words("账号", "Accounts"), Verb.MANAGE_USERS),
    Way("/desk/audit", Words("审计", "Audit"), Verb.SEE_AUDIT),
    Way("/desk/account", Words("我的账号", "My account")),
)


def ways_of(user: User) -> Sequence[tuple[Way, bool]]:
    """The entries for somebody, and whether each is where they are; a page that is not installed is left out."""
    rules = {rule.rule for rule in current_app.url_map.iter_rules()}
    shown = [way for way in WAYS if way.path in rules and (way.verb is None or may(user, way.verb))]
    here = max((way.path for way in shown if (request.path + "/").startswith(way.path + "/")), key=len, default="")
    return [(way, way.path == here) for way in shown]


def desk_page(hub: Hub, user: User, template: str, status: int = 200, *, scripts: tuple[str, ...] = (), **context: Any) -> Response:
    """A staff page for somebody who is signed in."""
    token = guard.token_of(request)
    unit = hub.county.units.get(user.unit_id)
    answer = page(
        template,
        hub.county,
        status,
        cache=NO_STORE,
        style="desk",
        scripts=scripts,
        user=user,
        unit_name=unit.name if unit else "",
        csrf=token,
        **context,
    )
    guard.give(answer, token, secure=hub.settings.secure)
    return answer


def signed_in(hub: Hub) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """Leads to the sign-in unless somebody is signed in, and otherwise hands them to the page as its first argument."""

    def around(show: Callable[..., Response]) -> Callable[..., Response]:
        @wraps(show)
        def answer(**parts: Any) -> Response:
            user = current_user(hub)
            if user is None:
                return redirect("/desk/login", 303)  # type: ignore[return-value]
            return show(user, **parts)

        return answer

    return around
