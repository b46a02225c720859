"""The real application with the hooks of SMS providers open."""

import secrets

import pytest

from service.app import create_app
from service.hub.context import build_hub
from service.settings import Settings
from service.store import Store, migrate
from tests.hub.conftest import StandingClock

SECRET = "0123456789abcdef0123456789abcdef"


def build(tmp_path, url, **more):
    (tmp_path / "var").mkdir(exist_ok=True)
    settings = Settings.from_environ({
        "GONZHI_VAR": str(tmp_path / "var"), "GONZHI_DATABASE": url, "GONZHI_BASE_URL": "https://gz.example.gov.cn/s/",
        "GONZHI_SECRET": secrets.token_hex(32), "GONZHI_CODE_KEYS": f"a={secrets.token_hex(32)}",
        "GONZHI_SMS": "file", "GONZHI_SMS_QUIET": "none", "GONZHI_SMS_HOOK_SECRET": SECRET, **more,
    })  # fmt: skip
    store = Store.open(url)
    migrate(store)
    hub = build_hub(settings, StandingClock(), store=store)
    return hub, create_app(settings, hub=hub)


@pytest.fixture
def site(tmp_path, sqlite_url):
    hub, app = build(tmp_path, sqlite_url)
    yield hub, app.test_client()
    hub.close()
