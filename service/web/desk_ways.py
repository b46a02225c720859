"""The ways from one staff page to the others, and who asked.

Rule: a way is shown to those alone who may go it, and only where the page it leads to is installed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, current_app, request

from gonzhi_code.words import Words
from service.hub.accounts import User
from service.hub.context import Hub
from service.hub.permissions import Verb, may

from .staff import current_user


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
    Way("/desk/batches", Words("批量制码", "Batches"), Verb.MANAGE_CODES),
    Way("/desk/undelivered", Words("没送达的短信", "Undelivered SMS"), Verb.SEE_NOTICES),
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


def who(hub: Hub) -> User:
    """Who sent this request. The gate has sent everybody away who is not signed in.

    Raises:
        Forbidden: something let them through all the same.
    """
    user = current_user(hub)
    if user is None:
        abort(403)
    return user
