"""Finds the village that a piece of free text means: names, other names, slips of the pen and of the scanner.

六间潮村 in a newspaper is 六闸潮村 in the register, people leave out 村 and 居委会, and two villages of one county can have the
same name. So the answer is always a list of candidates, each of which knows its township, and the caller asks the
citizen when there is more than one. Ids are never guessed; nothing here decides a case's place by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from weakref import WeakKeyDictionary

from .accused import plain, short_name
from .areas import County, Village

# Longest first, so that 村民委员会 is not taken for 村 with a rest.
_ENDINGS = ("社区居民委员会", "社区居委会", "村民委员会", "居民委员会", "居委会", "村委会", "委会", "社区", "村", "居")
# One wrong character in three keeps two thirds of a name alike; less is another name.
LEAST_ALIKE = 0.66
# Similar names this close to the likeliest are offered beside it.
NEAR = 0.2
MOST_CANDIDATES = 8
# Of how sure a match is, in steps that do not mix: the whole name, its stem, a name inside the text, a similar name.
_WHOLE, _STEM, _INSIDE = 4.0, 3.0, 2.0


def stem(name: str) -> str:
    """六闸潮 for 六闸潮村民委员会: a village's name without what kind of committee it has."""
    letters = plain(name)
    for ending in _ENDINGS:
        if letters.endswith(ending) and len(letters) > len(ending):
            return letters[: -len(ending)]
    return letters


@dataclass(frozen=True, slots=True)
class _Names:
    village: Village
    whole: frozenset[str]
    stems: frozenset[str]


_NAMES: WeakKeyDictionary[County, tuple[_Names, ...]] = WeakKeyDictionary()


def find_villages(county: County, text: str, township_id: str = "") -> list[Village]:
    """Villages that ``text`` may mean, the likeliest first.

    Args:
        county: where to look.
        text: what somebody wrote: a name, an other name, an address with a name in it, with or without the township.
        township_id: look in this township only, ``""`` for the whole county. A township named in the text narrows
            the search in the same way, unless nothing is found there.

    Returns:
        At most eight villages. More than one where the name is not unique or only similar names exist; none where nothing
        is alike.
    """
    letters = plain(text)
    # 浙江省台州市温岭市 before an address says nothing that the county does not know.
    _, county_name, after = letters.partition(plain(county.name))
    letters = after if county_name and after else letters
    # 太平社区 begins like 太平街道 and is none the less a name of its own, so the text is tried whole before it is split.
    whole = _ranked(county, letters, township_id, least=_STEM)
    named, rest = _township_in(county, letters)
    if whole or not named:
        return whole or _ranked(county, letters, township_id)
    return _ranked(county, rest, township_id or named) or _ranked(county, letters, township_id)


def _township_in(county: County, letters: str) -> tuple[str, str]:
    """Id of the township that the text begins with, and the text after it; ``("", text)`` if with none."""
    for township in county.townships.values():
        for name in (plain(township.name), plain(short_name(township))):
            if letters.startswith(name) and len(letters) > len(name) + 1:
                return township.id, letters[len(name) :]
    return "", letters


def _ranked(county: County, letters: str, township_id: str, least: float = LEAST_ALIKE) -> list[Village]:
    if not letters:
        return []
    bare = stem(letters)
    scored = [
        (score, names.village)
        for names in _names(county)
        if (not township_id or names.village.township_id == township_id) and (score := _score(names, letters, bare, least)) >= least
    ]
    best = max((score for score, _ in scored), default=0.0)
    # A real match makes every merely similar name noise; among similar names the near ones stay together.
    floor = best if best >= _INSIDE else best - NEAR
    kept = sorted(((score, village) for score, village in scored if score >= floor), key=lambda one: (-one[0], one[1].id))
    return [village for _, village in kept[:MOST_CANDIDATES]]


def _score(names: _Names, letters: str, bare: str, least: float) -> float:
    """How well a village fits, 0 for not at all; nothing is tried that cannot reach ``least``."""
    if letters in names.whole:
        return _WHOLE
    if bare in names.stems:
        return _STEM
    if least > _INSIDE:
        return 0.0
    inside = [name for name in names.whole | names.stems if len(name) > 1 and name in letters]
    if inside:
        # The longer the name found inside, the less likely it is there by chance.
        return _INSIDE + max(map(len, inside)) / 100
    alike = max(SequenceMatcher(None, bare, other).ratio() for other in names.stems)
    return alike if alike >= LEAST_ALIKE else 0.0


def _names(county: County) -> tuple[_Names, ...]:
    if county not in _NAMES:
        _NAMES[county] = tuple(
            _Names(
                village,
                frozenset(plain(name) for name in (village.name, *village.aliases)),
                frozenset(stem(name) for name in (village.name, *village.aliases)),
            )
            for village in county.villages.values()
        )
    return _NAMES[county]
