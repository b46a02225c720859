"""From the rows of a sheet to spots that can be printed: every fault at once, each with its row, and good rows untouched.

The rule it keeps: a place is never guessed. A village is found by its name, an other name or a slip of the pen, within the
township that the row names; where several could be meant the row is refused and they are listed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from .accused import plain, short_name
from .areas import County
from .batch_columns import Matched
from .batch_sheet import SheetRows
from .places import find_villages
from .scene import UNIFIED_KEY
from .scenes import all_scenes
from .spots import Spot

SPOT_NUMBER_MOST = 2**24 - 1
_UNIFIED_NAMES = ("统一码", "市域共治码", "一码通办", "共治码", "unified")


@dataclass(frozen=True, slots=True)
class PlannedPoster:
    """One good row.

    Args:
        row: its number in the sheet.
        spot: what will be printed; its id is 0 where the ledger is to number it.
        scene_key: of its code.
        note: what was taken differently from how it was written, ``""`` for nothing.
    """

    row: int
    spot: Spot
    scene_key: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class RowFault:
    """One bad row, and everything that is wrong with it."""

    row: int
    problems: tuple[str, ...]

    def __str__(self) -> str:
        return f"row {self.row}: " + "; ".join(self.problems)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a sheet asks for."""

    posters: tuple[PlannedPoster, ...]
    faults: tuple[RowFault, ...]


def plan_batch(sheet: SheetRows, matched: Matched, county: County, *, scene_key: str = UNIFIED_KEY, issuer: int = 0) -> Plan:
    """The posters that a sheet asks for, in the order of its rows, and its bad rows.

    Args:
        sheet: what was read; matched: which of its columns is which.
        county: where the spots must lie.
        scene_key: for rows that name no scene.
        issuer: number of the minting agency.
    """
    return _Planning(matched.places, county, scene_key, issuer).run(sheet)


@dataclass
class _Planning:
    places: Mapping[str, int]
    county: County
    scene_key: str
    issuer: int
    found: dict[tuple[str, str, str], tuple[str, str, str]] = field(default_factory=dict)
    seen: dict[tuple[str, ...], int] = field(default_factory=dict)

    def run(self, sheet: SheetRows) -> Plan:
        posters, faults = [], []
        for row, cells in sheet.rows:
            problems: list[str] = []
            planned = self._poster(row, cells, problems)
            if problems:
                faults.append(RowFault(row, tuple(problems)))
            else:
                posters.append(planned)
        return Plan(tuple(posters), tuple(faults))

    def _poster(self, row: int, cells: tuple[str, ...], problems: list[str]) -> PlannedPoster:
        said = {key: cells[place] if place < len(cells) else "" for key, place in self.places.items()}
        name = said.get("spot", "")
        if not name:
            problems.append("the name of the spot is missing")
        asked = (said.get("village_id", ""), said.get("township", ""), said.get("village", ""))
        if asked not in self.found:
            self.found[asked] = self._place(*asked)
        place, note, problem = self.found[asked]
        scene_key = self._scene(said.get("scene", ""))
        if problem:
            problems.append(problem)
        if not scene_key:
            problems.append(f"no scene is called {said['scene']!r}; there are {'、'.join(self._scene_titles)}")
        number = said.get("number", "")
        if number and not (number.isascii() and number.isdecimal() and 1 <= int(number) <= SPOT_NUMBER_MOST):
            problems.append(f"the number {number!r} is not one from 1 to {SPOT_NUMBER_MOST}")
            number = ""
        spot = Spot(
            id=int(number or 0), name=name, village_id=place, address=said.get("address", ""), subject_name=said.get("subject", ""),
            subject_id=said.get("subject_id", ""), issuer=self.issuer,
        )  # fmt: skip
        if not problems:
            problems += self._doubles(row, spot, scene_key)
        return PlannedPoster(row, spot, scene_key, note)

    def _doubles(self, row: int, spot: Spot, scene_key: str) -> list[str]:
        """The same poster asked for twice: by its number, or by place and name."""
        keys: list[tuple[str, ...]] = [(scene_key, spot.village_id, plain(spot.name), plain(spot.subject_name), plain(spot.address))]
        keys += [(scene_key, str(spot.id))] if spot.id else []
        for key in keys:
            if key in self.seen:
                return [f"says the same as row {self.seen[key]}"]
        self.seen.update(dict.fromkeys(keys, row))
        return []

    def _place(self, village_id: str, township: str, village: str) -> tuple[str, str, str]:
        """Area code, note and problem; one of the first and the last is empty."""
        if village_id:
            known = self.county.knows(village_id)
            return (village_id, "", "") if known else ("", "", f"the area code {village_id!r} is not a place of {self.county.name}")
        township_id = self._townships.get(plain(township), "") if township else ""
        if township and not township_id:
            return "", "", f"{self.county.name} has no township {township!r}"
        if not village:
            return (township_id, "", "") if township_id else ("", "", "neither village nor township is given")
        found = find_villages(self.county, village, township_id)
        if not found:
            where = self.county.townships[township_id].name if township_id else self.county.name
            return "", "", f"{where} has no village like {village!r}"
        if len(found) > 1:
            listed = "、".join(self.county.place_name(one.id) for one in found)
            return "", "", f"{village!r} may be {listed}; write the township or the area code"
        exact = plain(village) in {plain(name) for name in (found[0].name, *found[0].aliases)}
        return found[0].id, "" if exact else f"{village} taken as {self.county.place_name(found[0].id)}", ""

    @cached_property
    def _townships(self) -> dict[str, str]:
        names = {plain(short_name(one)): one.id for one in self.county.townships.values()}
        return names | {plain(one.name): one.id for one in self.county.townships.values()}

    @cached_property
    def _scenes(self) -> dict[str, str]:
        names = {plain(name): UNIFIED_KEY for name in _UNIFIED_NAMES}
        for scene in all_scenes():
            # 欠薪 for 欠薪投诉 and its like: the key, the title, the headline of the poster.
            names |= {plain(name): scene.key for name in (scene.key, scene.title, scene.poster.headline)}
        return names

    @cached_property
    def _scene_titles(self) -> list[str]:
        return [_UNIFIED_NAMES[0], *(str(scene.title) for scene in all_scenes())]

    def _scene(self, text: str) -> str:
        return self._scenes.get(plain(text), "") if text else self.scene_key
