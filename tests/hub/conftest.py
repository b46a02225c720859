"""A whole hub over each engine, with a clock that stands until it is moved and a sleep that only notes how long."""

import datetime as dt
import secrets
import shutil
from dataclasses import replace

import pytest

from gonzhi_code.scenes import get_scene
from gonzhi_code.spots import Spot
from service.hub.codes import mint
from service.hub.context import build_hub
from service.settings import Settings
from service.store import Store

# A Tuesday morning in Wenling, in office hours.
START = dt.datetime(2026, 11, 24, 2, 0, tzinfo=dt.UTC)
XINHE_VILLAGE = "331081104294"


class StandingClock:
    """The time, as long as nobody moves it."""

    def __init__(self, now=START):
        self.now = now

    def __call__(self):
        return self.now

    def move(self, **span):
        self.now += dt.timedelta(**span)


def settings_for(tmp_path, url, **more):
    return Settings.from_environ(
        {
            "GONZHI_MODE": "demo",
            "GONZHI_VAR": str(tmp_path / "var"),
            "GONZHI_DATABASE": url,
            "GONZHI_BASE_URL": "https://gz.example.gov.cn/s/",
            "GONZHI_SECRET": secrets.token_hex(32),
            "GONZHI_CODE_KEYS": f"a={secrets.token_hex(32)}",
            **more,
        }
    )


@pytest.fixture
def clock():
    return StandingClock()


@pytest.fixture
def slept():
    return []


@pytest.fixture
def hub(store, database_url, tmp_path, clock, slept):
    (tmp_path / "var").mkdir()
    built = build_hub(settings_for(tmp_path, database_url), clock, store=store)
    built = replace(built, sleep=slept.append)
    yield built
    built.scan_counts.close()
    built.waker.close()


@pytest.fixture
def sqlite_hub(sqlite_url, sqlite_template, tmp_path, clock, slept):
    """A hub on SQLite alone, for logic that leaves the same rows on either engine."""
    (tmp_path / "var").mkdir(exist_ok=True)
    shutil.copy(sqlite_template, sqlite_url.removeprefix("sqlite:///"))
    opened = Store.open(sqlite_url)
    built = replace(build_hub(settings_for(tmp_path, sqlite_url), clock, store=opened), sleep=slept.append)
    yield built
    built.close()


@pytest.fixture
def spot():
    return Spot(id=7, name="文化礼堂", village_id=XINHE_VILLAGE, subject_name="六闸潮泵站")


@pytest.fixture
def code(hub, spot):
    return mint(hub, spot, "general")


class Form(dict):
    """Posted values: every name with the list of what was posted under it."""

    @classmethod
    def of(cls, pairs):
        form = cls()
        for name, value in pairs:
            form.setdefault(name, []).append(value)
        return form


def sample(scene_key, **more):
    """The sample of a scene as a page posts it, with some values exchanged."""
    form = Form.of(get_scene(scene_key).sample_form())
    form.update({name: value if isinstance(value, list) else [value] for name, value in more.items()})
    return form
