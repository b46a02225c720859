"""Real parts for tests: a PostgreSQL server, a browser, and the service as processes.

Nothing is skipped silently: a missing part fails the test and names the command that installs it. To leave a part out is a
choice, ``--no-postgres`` or ``--no-browser``, and shows as deselected tests.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from service.hub import passwords
from service.store import Store, migrate
from tests.parts.browsers import open_browser
from tests.parts.postgres import Server, running_server
from tests.parts.services import LiveService, running_service

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ENGINES = ("sqlite", "postgresql")
# A property does not fail because the machine is busy.
settings.register_profile("calm", deadline=None)
settings.load_profile("calm")


def pytest_addoption(parser: pytest.Parser) -> None:
    """The two ways to leave something out."""
    parser.addoption("--no-postgres", action="store_true", help="deselect the tests that need a PostgreSQL server")
    parser.addoption("--no-browser", action="store_true", help="deselect the tests that need a browser")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Marks tests by the parts they use, and deselects what was asked for."""
    kept, left_out = [], []
    for item in items:
        needs = _needs(item)
        for part in needs:
            item.add_marker(part)
        (left_out if any(config.getoption(f"--no-{part}") for part in needs) else kept).append(item)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = kept


def _needs(item: pytest.Item) -> set[str]:
    fixtures = getattr(item, "fixturenames", ())
    call = getattr(item, "callspec", None)
    needs = {"postgres"} if {"postgres_url", "empty_postgres_url"} & set(fixtures) else set()
    if call is not None and "postgresql" in call.params.values():
        needs.add("postgres")
    if "browser" in fixtures:
        needs.add("browser")
    return needs


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords made in a test cost a thousandth: the cost stands in the hash. The tests of passwords pay the full price."""
    monkeypatch.setattr(passwords, "_LOG_N", 5)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Address of an SQLite file that is not there yet."""
    return f"sqlite:///{tmp_path}/gonzhi.sqlite"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A PostgreSQL server of our own, with a migrated template database."""
    with running_server() as server:
        store = Store.open(server.create("template_gonzhi"))
        migrate(store)
        store.close()
        yield server


@pytest.fixture(scope="session")
def spare_databases() -> list[tuple[str, str]]:
    """Databases that were used and emptied: name and address."""
    return []


@pytest.fixture
def postgres_url(postgres_server: Server, spare_databases: list[tuple[str, str]]) -> Iterator[str]:
    """Address of a database with all tables and no rows: one that was emptied, or a copy of the template."""
    name, url = spare_databases.pop() if spare_databases else postgres_server.copy("template_gonzhi")
    yield url
    if postgres_server.empty(name):
        spare_databases.append((name, url))
    else:
        postgres_server.drop(name)


@pytest.fixture
def fresh_postgres_url(postgres_server: Server) -> Iterator[str]:
    """Address of a copy of the template that no test used before: the planner knows nothing of rows that are gone."""
    name, url = postgres_server.copy("template_gonzhi")
    yield url
    postgres_server.drop(name)


@pytest.fixture
def empty_postgres_url(postgres_server: Server) -> Iterator[str]:
    """Address of a database with nothing in it."""
    name, url = postgres_server.copy("template1")
    yield url
    postgres_server.drop(name)


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest) -> str:
    """Address of a fresh database: each test runs once on SQLite and once on PostgreSQL."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture(params=ENGINES)
def empty_database_url(request: pytest.FixtureRequest) -> str:
    """Address of a database without tables, on each engine."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "empty_postgres_url")
    return url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with all tables, to be copied: making them takes a quarter of a second, copying them none."""
    path = tmp_path_factory.mktemp("template") / "gonzhi.sqlite"
    made = Store.open(f"sqlite:///{path}")
    migrate(made)
    made.close()
    return path


@pytest.fixture
def store(database_url: str, sqlite_template: Path) -> Iterator[Store]:
    """A store with all tables, on each engine."""
    if database_url.startswith("sqlite:///"):
        shutil.copy(sqlite_template, database_url.removeprefix("sqlite:///"))
    opened = Store.open(database_url)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium without a window."""
    with open_browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def live_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveService]:
    """The service as it really runs: the processes of ``./run``, on a free port, with a new folder for each test module."""
    with running_service(tmp_path_factory.mktemp("live") / "var") as service:
        yield service
