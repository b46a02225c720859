"""Imports only point down, and the library stays pure: read from the syntax tree of every file, so nothing hides in a function."""

from __future__ import annotations

import ast
import configparser
import re
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LIBRARY = sorted((ROOT / "gonzhi_code").rglob("*.py"))
SERVICE = sorted((ROOT / "service").rglob("*.py"))

# The rooms of the service and the rooms each may look into; its own room is always allowed. docs/architecture.md draws it.
ARROWS = {
    "settings": {"connectors", "notify", "settings_reading", "settings_sms", "settings_table"},  # it knows which connectors and channels there are, by name
    "settings_reading": set[str](),
    "settings_sms": {"notify", "settings_reading"},
    "settings_table": set[str](),
    "sealing": set[str](),
    "photostore": set[str](),
    "connectors": set[str](),
    "notify": set[str](),
    "store": set[str](),
    "hub": {"store", "settings", "sealing", "photostore", "connectors", "notify"},
    "web": {"hub", "settings"},
    "api": {"hub", "settings"},
}
# These only wire, and see everything.
WIRING = {
    "__init__", "__main__", "app", "cli", "cli_notices", "cli_reconcile", "cli_records", "cli_registry", "cli_replay", "cli_retention", "cli_users",
    "demo", "demo_data", "demo_run", "processes", "serve", "work",
}  # fmt: skip
# What only one room may know.
ONE_ROOM = {
    "sqlalchemy": {"store"},
    "alembic": {"store"},
    "psycopg": {"store"},
    "sqlite3": {"store"},
    "flask": {"web", "api", "app", "serve"},
    "urllib3": {"connectors", "notify"},
    "alibabacloud_dysmsapi20170525": {"notify"},
    "tencentcloud": {"notify"},
    "gunicorn": {"serve"},
    "xlsxwriter": {"hub"},
    "authlib": {"hub"},
    "joserfc": {"hub"},
    "requests": {"hub"},
    "pyotp": {"hub"},
}
# Nothing of this belongs in a library that takes its time, keys and chance as arguments.
IMPURE = {"asyncio", "http", "multiprocessing", "random", "secrets", "socket", "ssl", "subprocess", "tempfile", "time", "uuid", "zoneinfo"}
# The command line stands at the edge: it alone looks at the clock, makes keys and talks to a terminal.
EDGE = re.compile(r"cli(_\w+)?\.py")


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path, nodes: Iterator[ast.AST] | None = None) -> Iterator[str]:
    """Dotted names of every module that a file imports anywhere, relative ones resolved."""
    package = module_of(path).split(".") if path.name == "__init__.py" else module_of(path).split(".")[:-1]
    for node in nodes or ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            stem = ".".join([*base, *(node.module.split(".") if node.module else [])])
            yield stem
            yield from (f"{stem}.{alias.name}" for alias in node.names)


def tops(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in imported(path)}


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def room_of(path: Path) -> str:
    return path.relative_to(ROOT / "service").with_suffix("").parts[0]


@pytest.mark.parametrize("path", LIBRARY, ids=short)
def test_the_library_imports_only_what_its_wheel_requires(path: Path) -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", "utf-8")
    needed = {plain(re.split(r"[<>=!\[ ;]", line)[0]) for line in config["options"]["install_requires"].split("\n") if line}
    distributions = packages_distributions()
    for top in tops(path) - set(sys.stdlib_module_names) - {"gonzhi_code"}:
        owners = {plain(name) for name in distributions.get(top, [top])}
        # Looking at a drawn page is for tests and previews; it is asked for when it is used, not when it is imported.
        if (short(path), top) == ("gonzhi_code/posters/preview.py", "pypdfium2"):
            assert top not in {name.partition(".")[0] for name in imported(path, at_import(path))}
            continue
        assert owners & needed, f"{short(path)} imports {top}, which setup.cfg does not require"


def plain(name: str) -> str:
    return name.strip().lower().replace("_", "-").replace(".", "-")


@pytest.mark.parametrize("path", LIBRARY, ids=short)
def test_the_library_has_no_clock_no_environment_no_network_and_no_chance(path: Path) -> None:
    if EDGE.fullmatch(path.name):
        return
    assert not tops(path) & IMPURE
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Attribute):
            assert node.attr not in {"environ", "getenv", "urandom", "now", "utcnow", "today"}, f"{short(path)}:{node.lineno}"


@pytest.mark.parametrize("path", LIBRARY, ids=short)
def test_the_library_never_imports_the_service(path: Path) -> None:
    assert "service" not in tops(path)


@pytest.mark.parametrize("path", [path for path in SERVICE if room_of(path) not in WIRING], ids=short)
def test_imports_of_the_service_only_point_down(path: Path) -> None:
    room = room_of(path)
    assert room in ARROWS, f"service/{room} is a new room: draw its arrows here and in docs/architecture.md"
    seen = {name.split(".")[1] for name in imported(path) if name.startswith("service.")}
    assert seen <= ARROWS[room] | {room}, f"{short(path)} looks into {sorted(seen - ARROWS[room] - {room})}"


@pytest.mark.parametrize("path", SERVICE, ids=short)
def test_what_one_room_knows_no_other_room_imports(path: Path) -> None:
    for library, rooms in ONE_ROOM.items():
        if library in tops(path):
            assert room_of(path) in rooms, f"{short(path)} imports {library}"


def test_no_room_that_was_drawn_is_missing() -> None:
    rooms = {room_of(path) for path in SERVICE}
    assert set(ARROWS) | WIRING >= rooms
    assert rooms >= WIRING


def at_import(path: Path) -> Iterator[ast.AST]:
    """The nodes that run when a module is imported: not those in functions, and not those for type checkers only."""
    waiting: list[ast.AST] = list(tree_of(path).body)
    while waiting:
        node = waiting.pop()
        yield node
        checking = isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        if not checking and not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting.extend(ast.iter_child_nodes(node))


def test_no_modules_of_the_library_wait_for_each_other() -> None:
    modules = {module_of(path): path for path in LIBRARY}
    needs = {
        name: {one for one in imported(path, at_import(path)) if one in modules and one != name and not name.startswith(f"{one}.")}
        for name, path in modules.items()
    }
    while free := {name for name, wanted in needs.items() if not wanted & set(needs)}:
        for name in free:
            del needs[name]
    assert not needs, f"these import each other: {sorted(needs)}"


@pytest.mark.parametrize("path", [*LIBRARY, *SERVICE], ids=short)
def test_nothing_catches_every_exception_but_the_outbox(path: Path) -> None:
    if short(path) == "service/hub/outbox.py":
        return
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ExceptHandler):
            caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            names = {one.id for one in caught if isinstance(one, ast.Name)}
            # Tidying up and passing the exception on hides nothing.
            passed_on = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
            everything = node.type is None or names & {"Exception", "BaseException"}
            assert passed_on or not everything, f"{short(path)}:{node.lineno}"


@pytest.mark.parametrize("path", [*LIBRARY, *SERVICE], ids=short)
def test_every_module_says_what_it_is_and_stays_short(path: Path) -> None:
    tree = tree_of(path)
    lines = path.read_text("utf-8").count("\n")
    assert lines <= 300, f"{short(path)} has {lines} lines; split it by concept"
    assert ast.get_docstring(tree) or "migrations" in path.parts, f"{short(path)} has no docstring"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= 60, f"{short(path)}: {node.name} has {length} lines"
