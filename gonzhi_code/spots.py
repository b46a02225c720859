"""A spot (点位): the place where a code is posted."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spot:
    """One place where a poster hangs.

    Args:
        id: number within the issuer, 1 to 16,777,215 (24 bits of the code).
        name: how people call it, for example ``文化礼堂``.
        village_id: 12-digit area code; a township's own id (ending in ``000``) where no village is known.
        address: more exact words for the finder, never coordinates.
        subject_name: what the spot belongs to: the school, the building site, the shelter project, the clinic.
        subject_id: its number in the owner's registry. For a shelter this is all that may be known of it.
        owner_unit_id: the unit of the county that runs the place, if any; that unit never gets a case against itself. An id
            that is no unit of the county bars nobody, so whoever writes spots down checks it; a citizen is never refused for it.
        issuer: number of the minting agency, 0 to 1023.
    """

    id: int
    name: str
    village_id: str
    address: str = ""
    subject_name: str = ""
    subject_id: str = ""
    owner_unit_id: str = ""
    issuer: int = 0

    @property
    def township_id(self) -> str:
        """12-digit id of the township the spot lies in."""
        return self.village_id[:9] + "000"
