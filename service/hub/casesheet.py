"""The printed sheet of a case: what it says, and the log of its printing; ``sheet_paper.py`` sets it on pages.

The rules it keeps: a sealed case is not printed; who reported a case is masked unless a reason was given and logged, and then
the sheet says so on every page. Every printing is logged. A character that the shipped font lacks is printed as 〓 and named
at the end, never as a blank.
"""

from __future__ import annotations

from dataclasses import dataclass

from gonzhi_code.routing import Visibility
from gonzhi_code.words import Words
from service.store import audit, cases

from .accounts import User
from .context import Hub
from .numbers import read_case_no
from .permissions import Sight, sight
from .refusals import NotAllowed

MISSING = "〓"
LACKING = Words("字库没有的字，请看电子案卷：", "characters the font lacks; see the case on the screen: ")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the sheet: a heading, and lines that stand beside a label (``""`` for across the page)."""

    heading: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a sheet says.

    Args:
        title: of the document; number: of the case; under: the line below it.
        foot: on every page, before the page number: who printed it, when, how it is to be kept.
        photos: JPEG files, after the text; photo_heading: above them. missing: says what 〓 stands for.
    """

    title: str
    number: str
    under: str
    parts: tuple[Part, ...]
    foot: str
    photos: tuple[bytes, ...] = ()
    photo_heading: str = ""
    missing: str = ""


def allow_printing(hub: Hub, user: User, case_no: str, *, revealed: bool) -> None:
    """Log that somebody prints a case.

    Raises:
        NotAllowed: ``no_case``, ``hidden``, or ``sealed``: such a case is read on the screen only.
    """
    with hub.store.write() as tx:
        row = cases.get_case(tx, read_case_no(case_no))
        sees = sight(hub.county, user, row) if row else Sight.NONE
        if row is None or sees is Sight.NONE:
            raise NotAllowed("no_case")
        if row["visibility"] == Visibility.SEALED.value:
            raise NotAllowed("sealed")
        if sees is not Sight.CASE:
            raise NotAllowed("hidden")
        audit.add_audit(tx, hub.clock(), user.username, "print_sheet", case_id=row["id"], detail={"revealed": revealed})
