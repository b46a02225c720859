"""The real application over a real hub and a real SQLite file, with a clock that stands."""

import atexit
import datetime as dt
import re
import secrets
import shutil
import tempfile
from dataclasses import dataclass, replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import brotli
import pytest
from werkzeug.datastructures import MultiDict

from gonzhi_code.scenes import get_scene
from gonzhi_code.spots import Spot
from service.app import create_app
from service.hub.codes import mint
from service.hub.context import build_hub
from service.settings import Settings
from service.store import Store, migrate

# A Tuesday morning in Wenling, in office hours.
NOW = dt.datetime(2026, 11, 24, 2, 0, tzinfo=dt.UTC)
SCENES = ("wage", "medins", "shelter", "campus", "general")
LOOKS = ("", "lang=en", "size=large", "lang=en&size=large")
SPOT = Spot(
    id=7, name="文化礼堂", village_id="331081104294", address="大门左侧", subject_name="六闸潮泵站", subject_id="PZ-0007"
)


@dataclass
class Site:
    """The application, its hub, and one code for each scene and for all."""

    app: object
    hub: object
    codes: dict
    slept: list

    def client(self):
        return self.app.test_client()

    def path(self, scene_key):
        return "/S/" + self.codes[scene_key].token

    def sample(self, scene_key, /, **changes):
        """What the page of a scene posts when its sample is filled in; None leaves a field out."""
        pairs = [pair for pair in get_scene(scene_key).sample_form() if pair[0] not in changes]
        pairs += [(name, value) for name, value in changes.items() if value is not None]
        return MultiDict([*pairs, ("submission_id", changes.get("submission_id") or secrets.token_hex(16))])


def settings_for(folder, **more):
    folder.mkdir(parents=True, exist_ok=True)
    return Settings.from_environ(
        {
            "GONZHI_MODE": "production",
            "GONZHI_VAR": str(folder),
            "GONZHI_BASE_URL": "https://gz.example.gov.cn/s/",
            "GONZHI_SECRET": secrets.token_hex(32),
            "GONZHI_CODE_KEYS": f"a={secrets.token_hex(32)}",
            **more,
        }
    )


@cache
def migrated_file():
    """An SQLite file with all tables, to be copied, because every site has a database of its own."""
    folder = Path(tempfile.mkdtemp(prefix="gonzhi-site-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    store = Store.open(f"sqlite:///{folder}/gonzhi.sqlite3")
    migrate(store)
    store.close()
    return folder / "gonzhi.sqlite3"


def open_site(folder, **more):
    """A site with its own folder and database."""
    settings = settings_for(folder, **more)
    shutil.copy(migrated_file(), settings.database_url.removeprefix("sqlite:///"))
    store = Store.open(settings.database_url)
    slept = []
    hub = replace(build_hub(settings, lambda: NOW, store=store), sleep=slept.append)
    codes = {key: mint(hub, SPOT, key) for key in ("unified", *SCENES)}
    return Site(create_app(settings, hub=hub), hub, codes, slept)


@pytest.fixture
def site(tmp_path):
    opened = open_site(tmp_path / "var")
    yield opened
    opened.hub.close()


@pytest.fixture(scope="session")
def read_only_site(tmp_path_factory):
    """One site for the many tests that only look at pages."""
    opened = open_site(tmp_path_factory.mktemp("site") / "var")
    yield opened
    opened.hub.close()


@pytest.fixture
def client(site):
    return site.client()


def text_of(answer):
    """The HTML of an answer, whatever its encoding."""
    body = answer.get_data()
    return (brotli.decompress(body) if answer.headers.get("Content-Encoding") == "br" else body).decode()


def wire_bytes(answer):
    """Bytes of an HTTP/1.1 answer on the wire, before TLS: status line, headers and body."""
    head = sum(len(name) + len(value) + 4 for name, value in answer.headers.items())
    return len(f"HTTP/1.1 {answer.status}\r\n") + head + 2 + len(answer.get_data())


class _Controls(HTMLParser):
    """Gathers what a browser would post, had nobody touched the form."""

    def __init__(self):
        super().__init__()
        self.pairs, self._select, self._textarea = [], None, None

    def handle_starttag(self, tag, attributes):
        a = dict(attributes)
        if tag == "input" and a.get("name"):
            if a.get("type") not in ("radio", "checkbox") or "checked" in a:
                self.pairs.append((a["name"], a.get("value") or ""))
        elif tag == "select":
            self._select = a["name"]
            self.pairs.append((a["name"], ""))
        elif tag == "option" and "selected" in a:
            self.pairs[-1] = (self._select, a["value"])
        elif tag == "textarea":
            self._textarea = a["name"]
            self.pairs.append((a["name"], ""))

    def handle_data(self, data):
        if self._textarea:
            name, text = self.pairs[-1]
            self.pairs[-1] = (name, (text + data).lstrip("\n"))

    def handle_endtag(self, tag):
        if tag == "textarea":
            self._textarea = None


def posted_by(html):
    """The (name, value) pairs that the form of a page posts as it stands."""
    controls = _Controls()
    controls.feed(html)
    return [pair for pair in controls.pairs if pair[1]]


def hidden_value(html, name):
    """The value of a hidden field."""
    return re.search(rf'name="{name}" value="([^"]*)"', html)[1]
