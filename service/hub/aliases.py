"""Old codes come home: addresses that departments printed before lead into the right scene and place.

The rule it keeps: an old address that nobody has told us of leads to the choice among scenes, never to a dead end; what an old
code says of its place is as good as the list that was imported, and the case says that it came by one. Only how often each is
scanned is counted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from gonzhi_code.areas import County
from gonzhi_code.batch_sheet import SheetRows
from gonzhi_code.errors import UnknownScene
from gonzhi_code.places import find_villages
from gonzhi_code.scenes import all_scenes, get_scene
from gonzhi_code.words import Words
from service.store import aliases, audit

from .context import Hub

OLD = "old-"
"""What stands before the number of an old code in its address here: ``/s/old-17``. No token is that short."""
LONGEST = 400
REPORT_DAYS = 30
_PORTS = {"http": "80", "https": "443", "": ""}
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "address": ("旧网址", "旧地址", "网址", "二维码地址", "address", "url"),
    "scene": ("场景", "专题", "scene"),
    "owner": ("部门", "单位", "原部门", "主管部门", "owner"),
    "place": ("村社", "镇街", "区划代码", "地点", "place"),
    "spot": ("点位", "点位名称", "位置", "spot"),
    "note": ("备注", "说明", "note"),
}
"""What a sheet of old codes may say, by the headings that mean it; ``address`` and ``scene`` must be there."""


class BadAddress(ValueError):
    """The text is no address of the web."""


class NoColumn(Exception):
    """A column that is needed is not in the sheet. ``.titles`` are the headings that would be known."""

    def __init__(self, titles: tuple[str, ...]) -> None:
        super().__init__(titles[0])
        self.titles = titles


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a sheet: how many addresses are new and changed, and every bad row with its number and why."""

    added: int
    changed: int
    faults: tuple[tuple[int, Words], ...]


def normal_address(text: str) -> str:
    """One spelling of an address: no scheme, host in small letters, no default port, no slash at the end, the query in order.

    Every parameter is kept, because the number of an old code is often one of them.

    Raises:
        BadAddress: there is no host, or it is longer than 400 characters.
    """
    text = text.strip()
    try:
        parts = urlsplit(text if "//" in text.partition("?")[0] else f"//{text}")
        host, port = (parts.hostname or "").lower(), str(parts.port or "")
    except ValueError:
        raise BadAddress(text) from None
    if "." not in host or " " in text or parts.scheme not in _PORTS:
        raise BadAddress(text)
    port = "" if port in ("80", "443") else f":{port}" if port else ""
    path = quote(unquote(parts.path), safe="/:@!$&'()*+,;=-._~").rstrip("/")
    query = urlencode(sorted(parse_qsl(parts.query, keep_blank_values=True)))
    address = f"{host}{port}{path}" + (f"?{query}" if query else "")
    if len(address) > LONGEST:
        raise BadAddress(text)
    return address


def import_aliases(hub: Hub, sheet: SheetRows, *, by: str) -> Imported:
    """Take over a department's list of old codes; good rows are kept whatever is wrong with the others.

    Raises:
        NoColumn: the sheet has no column of addresses, or none of scenes.
    """
    places = _columns(sheet.headings)
    rows: list[dict[str, Any]] = []
    faults: list[tuple[int, Words]] = []
    seen: dict[str, int] = {}
    for number, cells in sheet.rows:
        said = {key: cells[place] if place < len(cells) else "" for key, place in places.items()}
        row, problems = _row(hub.county, said)
        if not problems and row["address"] in seen:
            first = seen[row["address"]]
            problems.append(Words(f"和第 {first} 行是同一个地址", f"the same address as in row {first}"))
        if problems:
            faults += [(number, problem) for problem in problems]
        else:
            seen[row["address"]] = number
            rows.append(row)
    with hub.store.write() as tx:
        added = sum(aliases.save_alias(tx, {**row, "added_by": by, "added_at": hub.clock()}) for row in rows)
        audit.add_audit(tx, hub.clock(), by, "aliases.import", detail={"added": added, "changed": len(rows) - added, "bad": len(faults)})
    return Imported(added, len(rows) - added, tuple(faults))


def _columns(headings: tuple[str, ...]) -> dict[str, int]:
    known = {name.lower(): key for key, names in COLUMNS.items() for name in names}
    places = {known[text.strip().lower()]: place for place, text in enumerate(headings) if text.strip().lower() in known}
    for needed in ("address", "scene"):
        if needed not in places:
            raise NoColumn(COLUMNS[needed])
    return places


def _row(county: County, said: Mapping[str, str]) -> tuple[dict[str, Any], list[Words]]:
    problems = []
    address = place_id = ""
    try:
        address = normal_address(said["address"])
    except BadAddress:
        problems.append(Words(f"“{said['address']}”不是网址", f"{said['address']!r} is no address"))
    scene_key = _scene(said["scene"])
    if scene_key is None:
        problems.append(Words(f"没有“{said['scene']}”这个场景", f"no scene is called {said['scene']!r}"))
    if said.get("place"):
        place_id = _place(county, said["place"])
        if not place_id:
            problems.append(Words(f"“{said['place']}”不知道是哪里，请写区划代码", f"{said['place']!r} may be several places or none; give the area code"))
    row = {
        "address": address, "owner": said.get("owner", "")[:100], "scene_key": scene_key or "", "place_id": place_id,
        "spot_name": said.get("spot", "")[:200], "note": said.get("note", "")[:400],
    }  # fmt: skip
    return row, problems


def _scene(text: str) -> str | None:
    """The key of a scene by key or title; ``""`` for the choice among all, None for what is none."""
    text = text.strip()
    if text in ("", "统一码", "unified"):
        return ""
    return next((one.key for one in all_scenes() if text in (one.key, str(one.title))), None)


def _place(county: County, text: str) -> str:
    if county.knows(text):
        return text
    towns = [one.id for one in county.townships.values() if one.name == text]
    found = towns or [one.id for one in find_villages(county, text)]
    return found[0] if len(found) == 1 else ""


def lead(hub: Hub, address: str) -> str:
    """Where an old address leads: ``old-17`` below ``/s/``, ``""`` for the choice among scenes. Counts the scan."""
    row = None
    try:
        wanted = normal_address(address)
    except BadAddress:
        wanted = ""
    with hub.store.write() as tx:
        # What messengers append to a link (?from=...) makes no other code of it.
        for one in dict.fromkeys((wanted, wanted.partition("?")[0])):
            row = row or (aliases.find_alias(tx, one) if one else None)
        aliases.count_alias(tx, hub.today(), row["id"] if row else aliases.UNKNOWN)
    return f"{OLD}{row['id']}" if row else ""


def old_code(hub: Hub, text: str) -> dict[str, Any] | None:
    """The alias that ``old-17`` means; None for anything else, and for one that is not there."""
    number = text.strip().lower().removeprefix(OLD)
    if not text.strip().lower().startswith(OLD) or not (number.isascii() and number.isdecimal() and len(number) < 19):
        return None
    with hub.store.read() as tx:
        return aliases.alias_by_id(tx, int(number))


def report(hub: Hub) -> tuple[list[dict[str, Any]], int]:
    """Every old code with how often it was scanned in the last thirty days, and how many scans led nowhere in particular."""
    since = hub.today() - dt.timedelta(days=REPORT_DAYS)
    with hub.store.read() as tx:
        return aliases.alias_report(tx, since), aliases.unknown_since(tx, since)


def scene_title(key: str) -> Words:
    """The title of a scene by its key; that of the unified code for none."""
    try:
        return get_scene(key).title if key else Words("统一码", "Unified code")
    except UnknownScene:
        return Words(key)
