"""Replacing a poster: the next printing of the same spot and scene is minted, and the former is worth what it still proves.

The rule it keeps: both happen in one transaction, and the former goes on taking complaints, marked; one that was lost stays
lost. The paper itself is drawn from the registry whenever it is asked for, so a printing can be printed again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gonzhi_code.codes import Code
from gonzhi_code.posters import poster_pdf
from gonzhi_code.scenes import scene_key_of
from gonzhi_code.spots import Spot
from service.store import posters

from .accounts import User
from .codes import mint_in
from .context import Hub
from .permissions import Verb, may
from .posting import LONGEST_NOTE, Life, NotPosted, PosterChanged, in_area, may_step, write_step


def replace_poster(hub: Hub, user: User, token: str, note: str, *, seen: int | None = None) -> Code:
    """Mint the next printing and take the former out of use.

    Args:
        token: of the former, upper case.
        note: why.
        seen: how many events of the former the page had shown; None does not ask.

    Returns:
        The new code.

    Raises:
        NotPosted: see there. PosterChanged: another event came in between.
        UnknownScene: the scene of the former is not installed any more. ValueError: the keys only verify.
    """
    note = note.strip()[:LONGEST_NOTE]
    with hub.store.write() as tx:
        former = posters.find_poster(tx, token, lock=True)
        if former is None:
            raise NotPosted("unknown_code")
        if not may(user, Verb.MANAGE_CODES) or not in_area(hub, user, former["place_id"]):
            raise NotPosted("not_yours")
        if seen is not None and seen != posters.count_events(tx, former["id"]):
            raise PosterChanged
        if not may_step(hub, user, former, Life.REPLACED):
            raise NotPosted("not_now")
        scene_key = scene_key_of(former["scene_code"])
        code = mint_in(
            hub, tx, spot_of(former), scene_key, validity_months=former["validity_months"], by=user.username,
            note=f"{former['spot_id']}-{former['serial']}",
        )
        write_step(hub, tx, former, Life.REPLACED, by=user.username, note=note or code.poster_no)
    hub.registry.forget()
    return code


def spot_of(row: Mapping[str, Any]) -> Spot:
    """The spot of a poster's row."""
    return Spot(
        id=row["spot_id"], name=row["spot_name"], village_id=row["village_id"], address=row["address"], subject_name=row["subject_name"],
        subject_id=row["subject_id"], owner_unit_id=row["owner_unit_id"], issuer=row["issuer"],
    )


def drawn_poster(hub: Hub, row: Mapping[str, Any], layout: str = "a4") -> bytes:
    """The poster of a registered code as PDF.

    Raises:
        CodeError: this installation has no key for it. CannotDraw, UnknownScene, BadArea: see ``poster_pdf``.
    """
    claims = hub.signer.verify(row["token"])
    return poster_pdf(Code(hub.signer.base_url + row["token"], row["token"], claims), spot_of(row), layout, hub.county)


