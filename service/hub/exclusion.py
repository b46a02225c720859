"""Which units may not get a case: those it is about, at every later hand-over as at the first.

The rule it keeps is that of ``gonzhi_code.routing``: a unit that the answers accuse, those below it, and the other offices
of its township neither lead nor help nor act; the unit that runs the spot never leads but may help, and so may one that the
rule of the case calls at once, accused or not. In the place of a barred unit comes the one above it, in the end the discipline
commission outside the county.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gonzhi_code.accused import AccusedIndex
from gonzhi_code.areas import Unit
from gonzhi_code.cases import Tier
from gonzhi_code.routing import Visibility
from gonzhi_code.routing_parties import called_at_once
from service.store import codes
from service.store.engine import Tx

from .context import Hub
from .opening import all_answers
from .receipts import unit_of

_RAISED = {Tier.GRID: Tier.PLATFORM, Tier.PLATFORM: Tier.CENTER, Tier.CENTER: Tier.CENTER}


@dataclass(frozen=True, slots=True)
class Barred:
    """Ids of the units that may not touch a case, and those that may help but not lead: the owner of the spot, and the accused
    that a law or a danger calls at once."""

    accused: frozenset[str] = frozenset()
    owner: frozenset[str] = frozenset()
    called: frozenset[str] = frozenset()

    @property
    def from_leading(self) -> frozenset[str]:
        """Who may not lead it."""
        return self.accused | self.owner | self.called


def barred_units(hub: Hub, tx: Tx, row: Mapping[str, Any]) -> Barred:
    """Who may not get this case. Sealed answers are opened for it, inside the process."""
    plan = hub.plans.get(row["scene_key"])
    accused, called = frozenset[str](), frozenset[str]()
    if plan is not None and plan.scene.accused:
        township_id = row["township_id"] if row["township_id"] in hub.county.townships else ""
        index = AccusedIndex.of(hub.county)
        named = index.named_by(plan.scene, all_answers(hub, tx, row), township_id)
        accused = index.circle(named) if named else named
        rule = next((one for one in plan.scene.rules if one.id == row["rule_id"]), None)
        called = accused & called_at_once(rule, hub.county, township_id) if rule else called
    spot = codes.get_spot(tx, row["spot_issuer"], row["spot_id"]) if row["spot_id"] is not None else None
    owner = frozenset({spot.owner_unit_id}) if spot and spot.owner_unit_id else frozenset[str]()
    return Barred(accused - called, owner, called)


def command_room(hub: Hub, township_id: str) -> Unit | None:
    """The command room that answers for a township; None without one."""
    if township_id not in hub.county.townships:
        return None
    return hub.county.unit_for("township.command", township_id)


def centre(hub: Hub) -> Unit:
    """The county centre."""
    return hub.county.unit_for("centre")


def unit_above(hub: Hub, unit_id: str, barred: frozenset[str]) -> Unit:
    """The unit one level up that takes a case up again: of a township's office its command room, of all others the centre.

    A barred one is passed over for the one above it.
    """
    unit = unit_of(hub, unit_id)
    room = command_room(hub, unit.township_id)
    above = room if room is not None and room.id != unit_id else centre(hub)
    while above.id in barred:
        higher = centre(hub) if above is room else hub.county.superior(above)
        if higher is None:
            break
        above = higher
    return above


def taken_up_by(hub: Hub, row: Mapping[str, Any], barred: Barred) -> tuple[str, dict[str, Any]]:
    """Who gets a case that is reopened, and the columns that change with it.

    It goes one level up, lead and all. Only where the scene is kept from others does the lead stay who it was: nobody new is
    to learn who reported it before somebody decides so.
    """
    above = unit_above(hub, row["lead_unit_id"], barred.from_leading).id
    now = Tier(row["tier"]) if row["tier"] else tier_of(hub, row["lead_unit_id"])
    changes: dict[str, Any] = {"tier": _RAISED[now].value}
    if row["visibility"] == Visibility.NORMAL.value:
        changes["lead_unit_id"] = above
    return above, changes


def tier_of(hub: Hub, unit_id: str) -> Tier:
    """Who decides what this unit handles: the grid what an office does by itself, the platform what a command room, bureau or
    utility does, the centre what it holds itself."""
    unit = unit_of(hub, unit_id)
    if unit_id == centre(hub).id:
        return Tier.CENTER
    room = command_room(hub, unit.township_id)
    return Tier.GRID if room is not None and room.id != unit_id else Tier.PLATFORM
