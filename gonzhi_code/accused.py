"""Recognises, in what a citizen wrote, the unit that the matter is about, so that it never gets the case itself.

Matching is by containment of normalised names: full-width letters, spaces and punctuation make no difference, and 温岭市人社局
内设科室 still names 人社局. It errs on the careful side: a unit wrongly stepping aside costs one hand-over, a unit wrongly
judging itself costs the citizen's trust. A township's government named as a whole stands for all its offices, and an
office named without its township is the one where the matter lies.

The county's last resort, a body outside the county, is not recognised: there must be somebody who can take any case.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from functools import lru_cache
from weakref import WeakKeyDictionary

from .areas import County, Township

_NOT_A_LETTER = re.compile(r"[\W_]+")
# Between two answers, so that the end of one and the beginning of the next do not make a name.
_BETWEEN = "\n"
_NOT_A_LETTER_NOR_BETWEEN = re.compile(r"[^\w\n]+|_+")
# A name shorter than this would be found inside ordinary words.
LEAST_LETTERS = 3
_GOVERNMENT = ("人民政府", "政府", "党委", "办事处", "党工委")


def plain(text: str) -> str:
    """``text`` without anything that two people would write differently: width, case, spaces, punctuation."""
    return _NOT_A_LETTER.sub("", unicodedata.normalize("NFKC", text)).casefold()


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
        self._ids = frozenset(unit_id for unit_id in county.units if unit_id != county.last_resort.id)
        self._answering = {township_id: county.answering(township_id) for township_id in county.townships}
        self._offices: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self._below = _below(county)
        self._towns: dict[str, frozenset[str]] = {}
        self._collect(county)
        self._begins = frozenset(begin[0] for begin in self._names)
        self.circle = lru_cache(maxsize=1024)(self._circle)

    @classmethod
    def of(cls, county: County) -> AccusedIndex:
        """The index of a county, made once."""
        if county not in cls._made:
            cls._made[county] = cls(county)
        return cls._made[county]

    def named_in(self, texts: list[str], township_id: str) -> frozenset[str]:
        """Ids of the units that ``texts`` name.

        Args:
            texts: answers to "whom is this about": free text, or the id of a unit.
            township_id: where the matter lies, ``""`` where that is not known.
        """
        if not texts:
            return frozenset()
        # As plain(), but for all answers in one go and with the sign between them kept.
        letters = unicodedata.normalize("NFKC", _BETWEEN.join(texts))
        letters = _NOT_A_LETTER_NOR_BETWEEN.sub("", letters).casefold()
        found: dict[str, set[str]] = {}
        begins, names = self._begins, self._names
        for start, letter in enumerate(letters):
            if letter in begins:
                for name, kind, target in names.get(letters[start : start + 2], ()):
                    if letters.startswith(name, start):
                        found.setdefault(kind, set()).add(target)
        units = {text for text in texts if text in self._ids}
        if not found and not units:
            return frozenset()
        units |= found.get("unit", set())
        whole = found.get("government", set())
        for town in whole:
            units |= self._towns[town]
        here = self._answering.get(township_id, "")
        for office in found.get("office", ()):
            # 新河镇的社发办 names its town somewhere in the text; 社发办 alone means the one where the matter lies.
            for town in found.get("town", set()) or ({here} if here else ()):
                units |= {self._offices[town][office]} if office in self._offices[town] else set()
        return frozenset(units)

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
            self._add(short_name(township), "town", township_id, least=2)
            for body in _GOVERNMENT:
                self._add(township.name + body, "government", township_id)
                self._add(short_name(township) + body, "government", township_id)
        for township in county.townships.values():
            if township.owner_id:
                self._add(township.name, "town", township.owner_id)

    def _add(self, name: str, kind: str, target: str, least: int = LEAST_LETTERS) -> None:
        letters = plain(name)
        entry = (letters, kind, target)
        if len(letters) >= least and entry not in self._names[letters[:2]]:
            self._names[letters[:2]].append(entry)


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
