"""What every use case is given: the store, the county, the keys, the clock. Made once in each process.

The rule it keeps: whatever can be worked out once (rules of each scene, which answers are sealed) is worked out here, at
the start, and a fault in it stops the start, never a citizen's submit.
"""

from __future__ import annotations

import datetime as dt
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from gonzhi_code.areas import County
from gonzhi_code.claims import CodeClaims
from gonzhi_code.codes import CodeSigner
from gonzhi_code.counties import load_county
from gonzhi_code.keys import Algorithm, Key, KeyRing
from gonzhi_code.routing import RuleSet, Visibility, rule_set
from gonzhi_code.scene import Scene
from gonzhi_code.scenes import all_scenes
from service.photostore import PhotoStore
from service.photostore.folder import FolderPhotoStore
from service.sealing import Sealer
from service.settings import BadSetting, Settings
from service.store.engine import Store
from service.store.together import Together

from .numbers import ReceiptTokens
from .registry import Registry
from .scancounts import ScanCounts
from .wakeup import Waker

Clock = Callable[[], dt.datetime]
SHANGHAI = ZoneInfo("Asia/Shanghai")
"""Days, working hours and deadlines are those of the county; the store keeps UTC."""

MOST_CODES = 4096
"""Verified codes that a process remembers; a text that is no genuine code is never remembered."""
CHOSEN_WIDGETS = frozenset(
    {"radio", "checkboxes", "select", "township", "village", "confirm", "number", "money", "month", "date", "datetime"}
)
"""Answers that are picked, not written: nobody can write a name into them."""


@dataclass(frozen=True)
class ScenePlan:
    """A scene made ready for this county.

    Args:
        personal: names of the answers that are sealed always.
        written: names of those and of every answer in free words, sealed where the case is protected.
    """

    scene: Scene
    rules: RuleSet
    personal: frozenset[str]
    written: frozenset[str]

    def sealed_names(self, visibility: Visibility) -> frozenset[str]:
        """Names of the answers that leave the process only sealed."""
        return self.personal if visibility is Visibility.NORMAL else self.written


@dataclass(frozen=True)
class Hub:
    """Everything a use case needs.

    Args:
        read_code: what a genuine code says, and its canonical token, kept for those that are scanned often; raises CodeError.
        filings: writes the cases of one moment together.
        clock: the time, aware, in UTC; sleep: waits that many seconds; choose: one random character of a text.
    """

    settings: Settings
    store: Store
    county: County
    signer: CodeSigner
    read_code: Callable[[str], tuple[CodeClaims, str]]
    sealer: Sealer
    photos: PhotoStore
    clock: Clock
    plans: Mapping[str, ScenePlan]
    tokens: ReceiptTokens
    registry: Registry
    scan_counts: ScanCounts
    filings: Together[Any, Any]
    waker: Waker
    sleep: Callable[[float], None] = time.sleep
    choose: Callable[[str], str] = secrets.choice
    source: str = "/hub/"

    def today(self) -> dt.date:
        """The day in the county."""
        return local_day(self.clock())

    def close(self) -> None:
        """Write down what is still counted and give back connections."""
        self.scan_counts.close()
        self.waker.close()
        self.store.close()


def utc_now() -> dt.datetime:
    """The time, aware, in UTC."""
    return dt.datetime.now(dt.UTC)


def local_day(moment: dt.datetime) -> dt.date:
    """The day in the county at a moment."""
    return moment.astimezone(SHANGHAI).date()


def plan_scene(scene: Scene, county: County) -> ScenePlan:
    """Work out a scene for a county.

    Raises:
        NoRoute: its rules have a fault in this county.
    """
    personal = frozenset(scene.personal_fields)
    written = frozenset(name for name, spec in scene.fields.items() if spec.widget not in CHOSEN_WIDGETS)
    return ScenePlan(scene, rule_set(scene, county), personal, personal | written)


def build_hub(settings: Settings, clock: Clock | None = None, *, store: Store | None = None) -> Hub:
    """Put the hub together.

    Args:
        settings: checked settings.
        clock: another source of time, for tests and simulations.
        store: an open store, where the caller has one; otherwise the one that the settings name is opened.

    Raises:
        CountyIncomplete, DuplicateScene, NoRoute: the county or a scene has a fault.
    """
    clock = clock or utc_now
    county = load_county(settings.county_key)
    plans = {scene.key: plan_scene(scene, county) for scene in all_scenes()}
    store = store or Store.open(settings.database_url, pool_size=settings.threads)
    sealer = Sealer(settings.secret, older=settings.old_secrets)
    signer = CodeSigner(key_ring(settings), base_url=settings.base_url)
    return Hub(
        settings=settings,
        store=store,
        county=county,
        signer=signer,
        read_code=lru_cache(MOST_CODES)(lambda text: (signer.verify(text), signer.token_of(text))),
        sealer=sealer,
        photos=FolderPhotoStore(settings.photo_dir),
        clock=clock,
        plans=plans,
        tokens=ReceiptTokens(sealer),
        registry=Registry(store),
        scan_counts=ScanCounts(store, clock),
        filings=Together(store),
        waker=Waker(settings.var_dir),
        source=f"/hub/{county.id[:6]}",
    )


def key_ring(settings: Settings) -> KeyRing:
    """The keys of the printed codes.

    Raises:
        BadSetting: an algorithm is not known, or a secret is no key of its algorithm.
    """
    keys = {}
    for key_id, secret in settings.code_keys.items():
        word = settings.code_algorithms.get(key_id, Algorithm.HMAC_SHA256.value)
        try:
            keys[key_id] = Key(Algorithm(word), secret)
        except ValueError as error:
            raise BadSetting("GONZHI_CODE_KEYS", f"has a key {key_id!r} that cannot be used: {error}.") from None
    return KeyRing(keys, issuing=settings.issuing_key)
