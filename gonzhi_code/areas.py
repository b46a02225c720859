"""Places and units of a county: County, Township, Village, Grid, Unit.

Ids are strings: 12-digit statistical area codes (统计用区划代码, National Bureau of Statistics), of which the first six name
the county, nine the township and twelve the village. Names are not unique; ids are. Grids have no public codes, so
ours are ``GRID-<village id>-<two digits>``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .errors import BadArea

if TYPE_CHECKING:
    from .calendars import Calendar


@dataclass(frozen=True, slots=True)
class Township:
    """A town or subdistrict (镇街), or a statistical unit that some other body answers for.

    Args:
        id: 12 digits ending in ``000``.
        name: official name.
        kind: ``"street"`` (街道), ``"town"`` (镇) or ``"statistical"`` (类似乡级单位, not one of the townships).
        owner_id: for a statistical unit, the township whose offices answer for it; ``""`` otherwise.
        name_en: in Latin letters.
    """

    id: str
    name: str
    kind: str
    owner_id: str = ""
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class Village:
    """A village or residents' committee (村社). ``aliases`` are other names people and newspapers use."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()

    @property
    def township_id(self) -> str:
        """The township it lies in."""
        return self.id[:9] + "000"

    @property
    def kind(self) -> str:
        """``"community"`` (居委会, 001-199) or ``"village"`` (村委会, 200-399)."""
        return "village" if int(self.id[9:]) >= 200 else "community"


@dataclass(frozen=True, slots=True)
class Grid:
    """A grid (网格) within a village: ``GRID-<village id>-<nn>``."""

    id: str
    name: str
    village_id: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that can hold a case (承办单位): a bureau, a township office, the centre, a public utility.

    Args:
        id: short ASCII word, unique in the county, for example ``labour`` or ``331081104.social``.
        name: official name.
        kind: ``"centre"``, ``"bureau"``, ``"township"`` or ``"utility"``.
        township_id: the township it belongs to, ``""`` for county units.
        superior_id: the unit that gets a case about this unit; ``""`` means the county centre.
        aliases: other names people use for it.
        phone: public telephone, ``""`` where none is known.
        assumed: True where the county has not confirmed that the unit exists under this name.
    """

    id: str
    name: str
    kind: str
    township_id: str = ""
    superior_id: str = ""
    aliases: tuple[str, ...] = ()
    phone: str = ""
    name_en: str = ""
    assumed: bool = False


@dataclass(frozen=True, eq=False)
class County:
    """A whole county as data, loaded from one folder and checked for completeness.

    Counties compare by identity, so that what is worked out once per county can be kept beside it.

    Args:
        key: folder name, ``wenling``.
        id: 12-digit id of the county (``331081000000``).
        roles: role -> unit id; for a role that every township has, role -> {township id -> unit id}.
        settings: flat mapping of dotted names to values: thresholds, clock spans, switches.
        assumed: names of settings, units and contacts that are not publicly confirmed.
        contacts: names to telephone numbers and addresses that pages and posters print.
        brand: the wording of posters and pages: issuing body, seal line, slogan.
        calendar: the working days of every year that the folder holds.
        digest: hash of what decides where a case goes (places, units, roles, settings); part of every rules version.
    """

    key: str
    id: str
    name: str
    name_en: str
    townships: Mapping[str, Township]
    villages: Mapping[str, Village]
    units: Mapping[str, Unit]
    roles: Mapping[str, str | Mapping[str, str]]
    settings: Mapping[str, Any]
    contacts: Mapping[str, str]
    calendar: Calendar
    assumed: frozenset[str] = frozenset()
    grids: Mapping[str, Grid] = field(default_factory=dict)
    brand: Mapping[str, str] = field(default_factory=dict)
    digest: str = ""
    # What routing works out once for this county refers back to it, so it is kept here and goes when the county goes.
    kept: dict[str, Any] = field(default_factory=dict, init=False, repr=False)

    def township(self, area_id: str) -> Township:
        """The township that a 12-digit village or township id lies in.

        Raises:
            BadArea: the id is not a place of this county.
        """
        township = self.townships.get(area_id[:9] + "000") if self.knows(area_id) else None
        if township is None:
            raise BadArea(area_id)
        return township

    def place_name(self, area_id: str) -> str:
        """Township and village in words, for example ``新河镇 六闸潮村``.

        Raises:
            BadArea: the id is not a place of this county.
        """
        township = self.township(area_id)
        village = self.villages.get(area_id)
        return f"{township.name} {village.name}" if village else township.name

    def knows(self, area_id: str) -> bool:
        """Whether the id names a township or village of this county."""
        return area_id in self.villages or area_id in self.townships

    def answering(self, township_id: str) -> str:
        """Id of the township whose offices answer there: itself, or the owner of a statistical unit."""
        return self.townships[township_id].owner_id or township_id

    def superior(self, unit: Unit) -> Unit | None:
        """Who gets a case about ``unit``: the unit it names, else the centre; None for the last resort of the county.

        The chain of every unit ends in the last resort, the unit that the chain above the centre leads to.
        """
        if unit.superior_id:
            return self.units[unit.superior_id]
        return None if unit.id == self.last_resort.id else self.unit_for("centre")

    @cached_property
    def last_resort(self) -> Unit:
        """The unit at the end of every chain of superiors, reached from the centre upwards."""
        unit = self.unit_for("centre")
        # The bound keeps a circle in the data from hanging the loader; the check reports the circle.
        for _ in self.units:
            if not unit.superior_id:
                break
            unit = self.units[unit.superior_id]
        return unit

    def unit_for(self, role: str, township_id: str = "") -> Unit:
        """The unit that plays ``role``, in ``township_id`` where every township has its own.

        With no township, a township's role falls to the county centre, which finds out where the matter lies.

        Raises:
            KeyError: the role is not bound; found by the completeness check, never at a citizen's submit.
        """
        bound = self.roles[role]
        if isinstance(bound, str):
            return self.units[bound]
        if not township_id:
            return self.unit_for("centre")
        return self.units[bound[self.answering(township_id)]]
