"""People at their desks, for tests: accounts of every role, cases sent in, and cases brought to a state through real moves."""

from __future__ import annotations

import itertools
from typing import Any

from gonzhi_code.cases import Action, State
from service.hub.accounts import User
from service.hub.context import Hub
from service.hub.handling import Given, act
from service.hub.intake import submit
from service.store import cases

from .conftest import sample

XINHE, ZEGUO = "331081104000", "331081100000"
ROOM, SOCIAL, SAFETY = "331081104.command", "331081104.social", "331081104.safety"
_numbers = itertools.count(1)

RESULT = Given(conclusion="solved", short="水泵已检修，噪声已达标", answer="7月5日检修水泵并加装减振垫，复测夜间噪声达标。")
ANSWERS = {
    Action.REJECT: Given(reason="属于劳动争议", channel="向劳动人事争议仲裁院申请仲裁"),
    Action.SEND_BACK: Given(reason="泵房归水务集团管理"),
    Action.HAND_OVER: Given(reason="请平安法治办公室处理", unit_id=SAFETY),
    Action.ASSIGN: Given(unit_id=SAFETY),
    Action.RESOLVE: RESULT,
    Action.REWORK: Given(reason="没有复测数据"),
    Action.REOPEN: Given(reason="群众不满意"),
}


def person(hub: Hub, unit_id: str, role: str = "unit", name: str = "", **more: Any) -> User:
    """An account that is not in the store: the hub takes people as they come from a session."""
    return User(1, name or f"{role}.{unit_id}", unit_id, unit_id, hub.county.units[unit_id].township_id, role, **more)


def centre(hub: Hub, name: str = "", **more: Any) -> User:
    """Somebody at the county centre."""
    return person(hub, "centre", "centre", name, **more)


def room(hub: Hub, name: str = "") -> User:
    """Somebody in the command room of Xinhe."""
    return person(hub, ROOM, "township", name)


def send(hub: Hub, scene: str = "general", **more: Any) -> str:
    """Send the sample of a scene in; returns its number."""
    return submit(
        hub, token_text=None, scene_key=scene, form=sample(scene, **{"township_id": XINHE, **more}),
        submission_id=f"desks-{next(_numbers):08d}", address="115.231.8.9", language="zh",
    ).case_no  # fmt: skip


def row_of(hub: Hub, case_no: str) -> dict[str, Any]:
    """The row of a case."""
    with hub.store.read() as tx:
        row = cases.get_case(tx, case_no)
    assert row is not None
    return row


def moves_of(hub: Hub, case_no: str) -> list[dict[str, Any]]:
    """The history of a case."""
    with hub.store.read() as tx:
        return cases.moves_of(tx, row_of(hub, case_no)["id"])


def clocks_of(hub: Hub, case_no: str) -> dict[str, dict[str, Any]]:
    """The clocks of a case by key."""
    with hub.store.read() as tx:
        return {row["key"]: row for row in cases.clocks_of(tx, row_of(hub, case_no)["id"])}


def do(hub: Hub, user: User, case_no: str, action: Action | str, given: Given | None = None) -> dict[str, Any]:
    """Act on the case as it stands, with the usual answers where none are given; returns the row afterwards."""
    action = Action(action)
    act(hub, user, case_no, row_of(hub, case_no)["version"], action, given or ANSWERS.get(action))
    return row_of(hub, case_no)


def holder(hub: Hub, case_no: str) -> User:
    """Somebody of the unit that holds the case."""
    unit_id = row_of(hub, case_no)["holder"]
    roles = {"centre": "centre"} | {unit.id: "township" for unit in hub.county.units.values() if unit.id.endswith(".command")}
    return person(hub, unit_id, roles.get(unit_id, "unit"))


STEPS = {
    State.ASSIGNED: (),
    State.ACKNOWLEDGED: ("acknowledge",),
    State.IN_HANDLING: ("acknowledge", "start"),
    State.RETURNED: ("send_back",),
    State.RESOLVED: ("acknowledge", "start", "resolve"),
    State.CLOSED: ("acknowledge", "start", "resolve", "close"),
    State.ACCEPTED: ("acknowledge", "start", "resolve", "close", "reopen"),
    State.REJECTED: ("send_back", "reject"),
}
"""How a case that was just sent in comes to a state."""


def bring(hub: Hub, case_no: str, state: State) -> str:
    """Bring a new case to a state: the holder handles it, the centre reviews, refuses and reopens."""
    for step in STEPS[state]:
        at_centre = step in ("close", "reject")
        who = centre(hub, "closer") if at_centre else centre(hub, "second") if step == "reopen" else holder(hub, case_no)
        do(hub, who, case_no, step)
    return case_no
