"""Opening a code: what it says, what the registry knows of it, and which form it leads to.

The rule it keeps: every scan ends in a form. A code that is torn, forged, foreign, expired, lost or revoked costs the
citizen one more question, where the matter lies, and costs the case a mark; it never costs the complaint.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gonzhi_code.claims import CodeClaims
from gonzhi_code.errors import BadArea, CodeError, UnknownKey, UnknownScene
from gonzhi_code.scene import UNIFIED_KEY, Scene
from gonzhi_code.spots import Spot
from service.store import posters

from .aliases import OLD, old_code
from .context import Hub
from .issuers import Vouched, vouched
from .positions import BadPosition, Position, distance_km, read_position

MARKS: Mapping[str, str] = {
    "retired": "code_retired",
    "lost": "code_lost",
    "revoked": "code_revoked",
    "expired": "code_expired",
    "malformed": "code_torn",
    "unknown_key": "code_unknown_key",
    "bad_signature": "code_forged",
    "unknown_version": "code_unknown_version",
    "unknown_spot": "code_unknown_spot",
    "compromised_key": "code_compromised_key",
    "old_code": "code_old",
}
"""State of a code -> mark on the case. A good code, and no code at all, leave none."""


OLD_STATE = "old_code"
"""A department's own code of before, led here; it is as good as the list that was imported."""

_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u200e\u200f"))


@dataclass(frozen=True)
class Scan:
    """What a scanned text led to.

    Args:
        scene: the scene of the form; None where the citizen must choose.
        spot: where the code hangs, as far as that can be believed; None for no code and for one that proves nothing.
        code_state: ``good``, ``none``, or a key of :data:`MARKS`.
        marks: short words for the case.
        place_name: township and village in words, ``""`` where no place is known.
        claims: what the code says; not to be trusted unless there is a spot.
        code_id: number in the registry, 0 where it is not registered.
        token: the code as it was registered, or as it was scanned, at most 200 characters; ``""`` without one.
        measured: whether the registry knows the position of the poster.
        issuer_name: the agency that minted the code on its own, ``""`` for the centre.
    """

    scene: Scene | None
    spot: Spot | None
    code_state: str
    marks: tuple[str, ...] = ()
    place_name: str = ""
    claims: CodeClaims | None = None
    code_id: int = 0
    token: str = ""
    measured: bool = False
    issuer_name: str = ""

    @property
    def source(self) -> str:
        """The fact ``source`` of routing rules: ``code``, ``bad_code`` or ``none``."""
        if self.code_state in ("good", "none", OLD_STATE):
            return "code" if self.spot is not None else "none"
        return "bad_code"

    @property
    def asks_place(self) -> bool:
        """Whether the form should ask for the place as if there were no poster."""
        return self.code_state not in ("good", "retired") and (self.code_state != OLD_STATE or self.spot is None)


def open_scan(hub: Hub, token_text: str | None, scene_key: str | None) -> Scan:
    """Verify a scanned text, look it up, and find the form.

    Args:
        token_text: what was scanned, the whole address or the token alone; None without a code.
        scene_key: the scene the citizen chose, if they did; one that is not installed counts as no choice.
    """
    chosen = hub.plans[scene_key].scene if scene_key and scene_key in hub.plans else None
    if not token_text:
        return Scan(chosen, None, "none")
    old = old_code(hub, token_text)
    if old is not None:
        return _of_old(hub, old, chosen)
    token_text = tidy(token_text)
    try:
        claims, token = hub.read_code(token_text)
    except CodeError as error:
        return _not_ours(hub, error, chosen, token_text)
    return _genuine(hub, claims, chosen, token)


def tidy(text: str) -> str:
    """A scanned text without what scanners, chats and notebooks hang on to an address: blanks one cannot see, slashes, a fragment."""
    return text.translate(_UNSEEN).strip().partition("#")[0].strip("/").strip()


def _of_old(hub: Hub, alias: Mapping[str, Any], chosen: Scene | None) -> Scan:
    """An old code of a department: scene and place as its list says."""
    plan = hub.plans.get(alias["scene_key"])
    spot = Spot(id=0, name=alias["spot_name"], village_id=alias["place_id"]) if alias["place_id"] else None
    place = _place_name(hub, spot) if spot else ""
    return Scan(chosen or (plan.scene if plan else None), spot, OLD_STATE, (MARKS[OLD_STATE],), place, token=f"{OLD}{alias['id']}")


def _not_ours(hub: Hub, error: CodeError, chosen: Scene | None, text: str) -> Scan:
    """A code that our keys did not sign: another agency may have, or nobody."""
    if isinstance(error, UnknownKey):
        try:
            found = vouched(hub, text, error.claims)
        except CodeError as worse:
            error, found = worse, None
        if found is not None:
            return _of_agency(hub, found, chosen, hub.signer.token_of(text))
    return Scan(chosen, None, error.reason, (MARKS[error.reason],), claims=error.claims, token=text[:200])


def _of_agency(hub: Hub, found: Vouched, chosen: Scene | None, token: str) -> Scan:
    """A code of an agency that mints on its own; its posters are not in our registry, so the signature alone vouches."""
    claims = found.claims
    known = hub.registry.find(token)
    if f"{claims.issuer}:{claims.key_id}" in hub.registry.leaked() and known is None:
        return _leaked(hub, claims, chosen, token)
    spot = known.spot if known else Spot(id=claims.spot_id, name="", village_id=claims.place_id, issuer=claims.issuer)
    state = known.state if known else "good"
    if state == "good" and claims.expires_on is not None and hub.today() > claims.expires_on:
        state = "expired"
    return Scan(
        chosen or _scene_of(hub, claims), spot, state, (MARKS[state],) if state in MARKS else (), _place_name(hub, spot), claims,
        known.id if known else 0, token, issuer_name=found.name,
    )  # fmt: skip


def _leaked(hub: Hub, claims: CodeClaims, chosen: Scene | None, token: str) -> Scan:
    """A code that anybody who has the leaked key may have made: its place is not believed."""
    state = "compromised_key"
    return Scan(chosen or _scene_of(hub, claims), None, state, (MARKS[state],), claims=claims, token=token)


def _genuine(hub: Hub, claims: CodeClaims, chosen: Scene | None, token: str) -> Scan:
    """A code that we signed: the registry says whether it still counts, its own claims where it hangs."""
    known = hub.registry.find(token)
    leaked = claims.key_id in hub.registry.leaked()
    if known is None and leaked:
        return _leaked(hub, claims, chosen, token)
    if known is None:
        # Signed by us and yet not registered: another agency's print, or a registry that was restored too far back.
        # The signature vouches for the place all the same.
        spot, state = Spot(id=claims.spot_id, name="", village_id=claims.place_id, issuer=claims.issuer), "unknown_spot"
    else:
        spot, state = known.spot, known.state
    if state == "good" and claims.expires_on is not None and hub.today() > claims.expires_on:
        state = "expired"
    if state == "good" and leaked:
        state = "compromised_key"
    words = dict.fromkeys([state, *(["compromised_key"] if leaked else [])])
    return Scan(
        scene=chosen or _scene_of(hub, claims),
        spot=spot,
        code_state=state,
        marks=tuple(MARKS[word] for word in words if word in MARKS),
        place_name=_place_name(hub, spot),
        claims=claims,
        code_id=known.id if known else 0,
        token=token,
        measured=known.measured if known else False,
    )


def _scene_of(hub: Hub, claims: CodeClaims) -> Scene | None:
    """The scene of a code; None for the unified code, and for a scene that this installation does not have."""
    try:
        plan = hub.plans.get(claims.scene_key)
    except UnknownScene:
        return None
    return plan.scene if plan else None


def _place_name(hub: Hub, spot: Spot) -> str:
    try:
        return hub.county.place_name(spot.village_id)
    except BadArea:
        return ""


def count_opened(hub: Hub, scan: Scan) -> None:
    """Count that a form or the chooser was shown: for which code, on which day, and nothing about whom."""
    count_scan(hub, scan, "opened")


def count_scan(hub: Hub, scan: Scan, kind: str) -> None:
    """Count one of :data:`service.store.scans.KINDS` for a code and today."""
    scene_key = scan.scene.key if scan.scene else UNIFIED_KEY
    hub.scan_counts.add((hub.today(), scan.code_id, scene_key), kind)


def count_distance(hub: Hub, scan: Scan, text: str) -> None:
    """Count whether a phone that offered its coarse position is near the poster; the position is forgotten here.

    Args:
        text: longitude and latitude; what is no position is not counted.
    """
    if not scan.measured:
        return
    try:
        here = read_position(text)
    except BadPosition:
        return
    with hub.store.read() as tx:
        row = posters.find_poster(tx, scan.token)
    if here is not None and row is not None and row["lng_wgs84"] is not None:
        away = distance_km(here, Position(row["lng_wgs84"], row["lat_wgs84"]))
        count_scan(hub, scan, "far" if away > float(hub.county.settings["posters.far_km"]) else "near")
