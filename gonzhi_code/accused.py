"""Recognises, in what a citizen wrote, the unit that the matter is about, so that it never gets the case itself.

Matching is by normalised names: full-width letters, spaces and punctuation make no difference. Where a question asks whom
the matter is about, a name inside the answer is enough (温岭市人社局内设科室 still names 人社局). That errs on the careful side: a
unit wrongly stepping aside costs one hand-over, a unit wrongly judging itself costs the citizen's trust. A name too short
to be looked for inside a text (公安), and a township by its bare name (新河镇), count where they are the whole answer. Where a
question asks for a proper name (an employer, a project, a school), a unit is meant only where the name is its own or that of
a part of it: 温岭市公安局业务用房工程 is a building site, and its workers need the police no less than others.

A township's government named as a whole stands for all its offices. An office named without its township, and 镇政府, 镇里 or
街道办 without one, are those where the matter lies.

The county's last resort, a body outside the county, is not recognised: there must be somebody who can take any case.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from .accused_texts import NEAR, is_the_body, pieces, plain, plain_lines, proper_names, without_persons
from .areas import County, Township

if TYPE_CHECKING:
    from .scene import Scene

__all__ = ["LEAST_INSIDE", "LEAST_LETTERS", "AccusedIndex", "plain", "short_name"]

LEAST_INSIDE = 3
"""A name shorter than this would be found inside ordinary words; it counts only as a whole answer."""

LEAST_LETTERS = 2
"""A name shorter than this is no name."""

_GOVERNMENT = ("人民政府", "政府", "党委", "办事处", "党工委")
# A township's government without the township's name: found inside an answer, and only as a whole one.
_HERE = ("镇人民政府", "镇政府", "镇党委", "镇干部", "镇领导", "街道办", "街道党工委", "街道干部", "街道领导")
_HERE_WHOLE = ("镇", "镇里", "镇上", "镇长", "镇书记", "街道", "街道里", "政府", "乡政府")
# Before the name of a body, these only say where it is.
_WHERE = (r"\w{2,3}省", r"\w{2,3}市", "我们", "我市", "本市", "本地", "当地", "市", "的")
# 市政府 is no township's.
_ABOVE = ("省", "市")

Hit = tuple[int, int, str, str]
"""Where a name begins and ends in a text, what kind of name it is, and what it names."""


def short_name(township: Township) -> str:
    """新河 for 新河镇, 太平 for 太平街道; a name that would be left with one character stays whole."""
    stem = township.name.removesuffix("街道").removesuffix("镇")
    return stem if len(stem) > 1 else township.name


class AccusedIndex:
    """All names of the units of a county, ready to be looked for in a text.

    Looking is one dictionary access per character of the text, so that it costs next to nothing in a decision.
    """

    _made: WeakKeyDictionary[County, AccusedIndex] = WeakKeyDictionary()

    def __init__(self, county: County) -> None:
        # First two characters of a name -> names that begin so, each with what it names.
        self._names: defaultdict[str, list[tuple[str, str, str]]] = defaultdict(list)
        # A whole answer -> what it names.
        self._answers: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        self._ids = frozenset(unit_id for unit_id in county.units if unit_id != county.last_resort.id)
        self._answering = {township_id: county.answering(township_id) for township_id in county.townships}
        self._offices: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self._below = _below(county)
        self._towns: dict[str, frozenset[str]] = {}
        self._collect(county)
        self._begins = frozenset(begin[0] for begin in self._names)
        self._where = _places(county)
        self.circle = lru_cache(maxsize=1024)(self._circle)

    @classmethod
    def of(cls, county: County) -> AccusedIndex:
        """The index of a county, made once."""
        if county not in cls._made:
            cls._made[county] = cls(county)
        return cls._made[county]

    def named_by(self, scene: Scene, answers: Mapping[str, Any], township_id: str) -> frozenset[str]:
        """Ids of the units that the answers to a scene's questions about the accused name.

        Args:
            scene: which questions those are, and which of them ask for a proper name.
            answers: by name, as ``scene.load`` gives them.
            township_id: where the matter lies, ``""`` where that is not known.
        """
        said = [(name, text) for name in scene.accused if isinstance(text := answers.get(name), str) and text]
        if not said:
            return frozenset()
        names = [text for name, text in said if name in scene.proper_names]
        return self.named_in([text for name, text in said if name not in scene.proper_names], township_id, names)

    def named_in(self, texts: list[str], township_id: str, names: Iterable[str] = ()) -> frozenset[str]:
        """Ids of the units that answers name.

        Args:
            texts: answers to "whom is this about": free text, or the id of a unit.
            township_id: where the matter lies, ``""`` where that is not known.
            names: answers that are the proper name of something.
        """
        units: set[str] = set()
        found: defaultdict[str, set[str]] = defaultdict(set)
        for text in (*texts, *names):
            if text in self._ids:
                units.add(text)
        if texts:
            letters = plain_lines(texts)
            self._take(found, [hit for hit in self._hits(letters) if not letters.startswith(NEAR, hit[1])])
            for piece in {piece for text in texts for piece in pieces(text)}:
                self._take_whole(found, piece)
        for name in {name for text in names for name in proper_names(text)}:
            self._take(found, self._own(name))
            self._take_whole(found, name)
        return frozenset(units | self._meant(found, self._answering.get(township_id, ""))) if found else frozenset(units)

    def _meant(self, found: Mapping[str, set[str]], here: str) -> set[str]:
        """The units behind what was found."""
        units = set(found.get("unit", ()))
        # 新河镇的社发办 names its town somewhere in the text; 社发办 alone means the one where the matter lies.
        towns = found.get("town") or ({here} if here else set())
        for town in found.get("government", set()) | (towns if "here" in found else set()):
            units |= self._towns[town]
        for office in found.get("office", ()):
            units |= {self._offices[town][office] for town in towns if office in self._offices[town]}
        return units

    def _hits(self, letters: str) -> Iterator[Hit]:
        """Every name inside a text."""
        begins, names = self._begins, self._names
        for start, letter in enumerate(letters):
            if letter in begins:
                for name, kind, target in names.get(letters[start : start + 2], ()):
                    if letters.startswith(name, start):
                        yield start, start + len(name), kind, target

    def _own(self, name: str) -> list[Hit]:
        """The hits in a proper name whose body it is, and the towns in it."""
        hits = list(self._hits(name))
        if all(hit[2] == "town" for hit in hits):
            return []
        known = {place for start, end, _, _ in hits for place in range(start, end)}
        rest = ["" if place in known else letter for place, letter in enumerate(name)]
        own = [hit for hit in hits if hit[2] != "town" and is_the_body("".join(rest[: hit[0]]), "".join(rest[hit[1] :]))]
        return own + [hit for hit in hits if hit[2] == "town"] if own else []

    def _take(self, found: defaultdict[str, set[str]], hits: list[Hit]) -> None:
        towns = {end: target for _, end, kind, target in hits if kind == "town"}
        for start, _, kind, target in hits:
            if kind == "here" and start in towns:
                # 泽国镇干部 are those of 泽国, wherever the matter lies.
                found["government"].add(towns[start])
            else:
                found[kind].add(target)

    def _take_whole(self, found: defaultdict[str, set[str]], letters: str) -> None:
        """What a whole answer names, where it is, and whose people it means, left aside: 温岭交警, 新河镇干部."""
        town, local = "", True
        while letters:
            named = self._answers.get(letters) or self._answers.get(without_persons(letters)) or []
            for kind, target in named:
                if kind == "here" and town:
                    kind, target = "government", town
                if kind != "here" or local:
                    found[kind].add(target)
            where = self._where.match(letters)
            if named or where is None:
                return
            town = next((target for kind, target in self._answers.get(where[0], ()) if kind == "government"), town)
            local = bool(town) or (local and not where[0].endswith(_ABOVE))
            letters = letters[where.end() :]

    def _circle(self, named: frozenset[str]) -> frozenset[str]:
        """Every unit that may not touch a case about ``named``: they, those below them, and the rest of their township."""
        closed = set(named)
        for unit_id in named:
            closed |= self._below.get(unit_id, frozenset())
            for offices in self._towns.values():
                if unit_id in offices:
                    closed |= offices
        return frozenset(closed)

    def _collect(self, county: County) -> None:
        for unit in county.units.values():
            if unit.id == county.last_resort.id:
                continue
            self._add(unit.name, "unit", unit.id)
            self._add(unit.name_en, "unit", unit.id)
            if not unit.township_id:
                for alias in unit.aliases:
                    self._add(alias, "unit", unit.id)
                continue
            office = unit.id.partition(".")[2]
            self._offices[unit.township_id][office] = unit.id
            for alias in (unit.name.replace(county.townships[unit.township_id].name, ""), *unit.aliases):
                self._add(alias, "office", office)
        for township_id, offices in self._offices.items():
            self._towns[township_id] = frozenset(offices.values())
            township = county.townships[township_id]
            self._add(short_name(township), "town", township_id, least=LEAST_LETTERS)
            for body in _GOVERNMENT:
                self._add(township.name + body, "government", township_id)
                self._add(short_name(township) + body, "government", township_id)
        for township in county.townships.values():
            if township.owner_id:
                self._add(township.name, "town", township.owner_id)
            if self._answering[township.id] in self._towns:
                for name in (township.name, short_name(township)):
                    self._answers[plain(name)] = [("government", self._answering[township.id])]
        for name in _HERE:
            self._add(name, "here", "")
        for name in _HERE_WHOLE:
            self._answers[name].append(("here", ""))

    def _add(self, name: str, kind: str, target: str, least: int = LEAST_INSIDE) -> None:
        letters = plain(name)
        entry = (letters, kind, target)
        if len(letters) >= least and entry not in self._names[letters[:2]]:
            self._names[letters[:2]].append(entry)
        if len(letters) >= LEAST_LETTERS and kind != "town" and (kind, target) not in self._answers[letters]:
            self._answers[letters].append((kind, target))


def _places(county: County) -> re.Pattern[str]:
    """What may stand before the name of a body and only says where it is."""
    stem = county.name[:-1] if len(county.name) > LEAST_LETTERS else county.name
    towns = sorted({short_name(township) for township in county.townships.values()}, key=len, reverse=True)
    known = [re.escape(plain(name)) for name in (county.name, stem, *towns)]
    return re.compile("|".join([*known, *_WHERE, "镇", "街道"]))


def _below(county: County) -> dict[str, frozenset[str]]:
    """Unit id -> ids of all units that have it as superior by name, however far down.

    The centre is everybody's superior by default and is not counted as such: else no case about it could be handled.
    """
    centre = county.unit_for("centre").id
    below: defaultdict[str, set[str]] = defaultdict(set)
    for unit in county.units.values():
        if unit.id == centre:
            continue
        above, steps = unit.superior_id, 0
        while above and above != centre and steps < len(county.units):
            below[above].add(unit.id)
            above, steps = county.units[above].superior_id, steps + 1
    return {unit_id: frozenset(ids) for unit_id, ids in below.items()}
