"""Every error of the library, in one tree.

    GonzhiError                 never raised itself
     |- CodeError               the scanned text is no good
     |   |- MalformedCode       cannot be read at all (a stranger's QR, a torn poster)
     |   |- UnknownCodeVersion  printed by a later release             (.version)
     |   |- UnknownKey          key id not on the ring                 (.key_id, .claims)
     |   `- BadSignature        read, but not ours or altered          (.claims, not to be trusted)
     |- UnknownScene            no scene of that key or number         (.scene)
     |- DuplicateScene          two scenes claim one key or number     (.scene)
     |- NoRoute                 a fault in the rules                   (.scene_key, .problems)
     |- MoveNotAllowed          the case may not make that move        (.state, .action, .allowed)
     |- BadArea                 no such place in this county           (.area_id)
     |- CountyIncomplete        a county folder lacks something        (.problems)
     |- CalendarUnknown         the year's holidays are not published  (.year)
     |- BadSheet              a sheet of spots cannot be used        (.name, .problems)
     |- BadRevocationList     a list of revoked codes is no good     (.detail)
     `- CannotDraw              a code or poster cannot be drawn       (.detail)

Each class has a fixed ``reason``, a short ASCII word that is stored, counted and translated elsewhere, and never renamed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from .codes import CodeClaims


class GonzhiError(Exception):
    """Root of the tree; catch it to catch everything the library raises on purpose."""

    reason: ClassVar[str] = "error"


class CodeError(GonzhiError):
    """The scanned text is not a good code."""

    reason = "code_error"
    claims: CodeClaims | None = None


class MalformedCode(CodeError):
    """The text cannot be read as a code at all."""

    reason = "malformed"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class UnknownCodeVersion(CodeError):
    """The code has a layout this release does not know."""

    reason = "unknown_version"

    def __init__(self, version: int) -> None:
        super().__init__(f"code layout version {version} is not known to this release")
        self.version = version


class UnknownKey(CodeError):
    """The code names a key that is not on the ring. Its claims are not to be trusted."""

    reason = "unknown_key"

    def __init__(self, key_id: str, claims: CodeClaims | None = None) -> None:
        super().__init__(f"key {key_id!r} is not on the ring")
        self.key_id = key_id
        self.claims = claims


class BadSignature(CodeError):
    """The code reads well, but its tag is wrong: forged, altered or damaged. Its claims are not to be trusted."""

    reason = "bad_signature"

    def __init__(self, claims: CodeClaims | None = None) -> None:
        super().__init__("the tag of this code does not match what it says")
        self.claims = claims


class UnknownScene(GonzhiError):
    """No installed scene has that key or number."""

    reason = "unknown_scene"

    def __init__(self, scene: str | int) -> None:
        super().__init__(f"no scene {scene!r} is installed")
        self.scene = scene


class DuplicateScene(GonzhiError):
    """Two installed scenes claim the same key or number."""

    reason = "duplicate_scene"

    def __init__(self, scene: str | int, first: str, second: str) -> None:
        super().__init__(f"scene {scene!r} is claimed by both {first} and {second}")
        self.scene = scene
        self.claimants = (first, second)


class NoRoute(GonzhiError):
    """The rules of a scene have a fault. Found when rules are loaded, never when a citizen submits."""

    reason = "no_route"

    def __init__(self, scene_key: str, problems: Iterable[str]) -> None:
        self.scene_key = scene_key
        self.problems = tuple(problems)
        super().__init__(f"rules of scene {scene_key!r}: " + "; ".join(self.problems))


class MoveNotAllowed(GonzhiError):
    """The case may not make this move, from this state or by this role."""

    reason = "move_not_allowed"

    def __init__(self, state: str, action: str, allowed: Iterable[str]) -> None:
        self.state, self.action, self.allowed = state, action, tuple(allowed)
        super().__init__(f"{action!r} is not allowed in state {state!r}; allowed: {', '.join(self.allowed) or 'nothing'}")


class BadArea(GonzhiError):
    """The id names no place of this county."""

    reason = "bad_area"

    def __init__(self, area_id: str) -> None:
        super().__init__(f"{area_id!r} is not a place of this county")
        self.area_id = area_id


class CountyIncomplete(GonzhiError):
    """A county folder lacks something that the rules, the clocks or the pages need."""

    reason = "county_incomplete"

    def __init__(self, county_key: str, problems: Iterable[str]) -> None:
        self.county_key = county_key
        self.problems = tuple(problems)
        super().__init__(f"county {county_key!r}: " + "; ".join(self.problems))


class CalendarUnknown(GonzhiError):
    """The holidays of that year have not been published, so no date in it may be counted as a fact."""

    reason = "calendar_unknown"

    def __init__(self, year: int) -> None:
        super().__init__(f"the working-day calendar of {year} is not published")
        self.year = year


class BadSheet(GonzhiError):
    """A sheet of spots cannot be used as a whole; a bad row alone is reported with its number and stops no other."""

    reason = "bad_sheet"

    def __init__(self, name: str, problems: Iterable[str]) -> None:
        self.name = name
        self.problems = tuple(problems)
        super().__init__(f"{name}: " + "; ".join(self.problems))


class BadRevocationList(GonzhiError):
    """A list of revoked codes cannot be read, is not signed by a known key, or is older than one already known."""

    reason = "bad_revocation_list"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class CannotDraw(GonzhiError):
    """A code or a poster cannot be drawn, or what was drawn does not read back."""

    reason = "cannot_draw"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail
