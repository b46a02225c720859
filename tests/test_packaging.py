"""The wheel, looked into and installed: the library alone, whole, and working far from the checkout."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
# What a module needs beside its code; a file that is forgotten here is missing at the customer's.
DATA = {
    "gonzhi_code/py.typed",
    "gonzhi_code/counties/wenling/county.toml",
    "gonzhi_code/counties/wenling/townships.csv",
    "gonzhi_code/counties/wenling/villages.csv",
    "gonzhi_code/counties/wenling/calendar-2024.json",
    "gonzhi_code/counties/wenling/calendar-2025.json",
    "gonzhi_code/counties/wenling/calendar-2026.json",
    "gonzhi_code/fonts/NotoSansSC-Regular.ttf",
    "gonzhi_code/fonts/NotoSansSC-Bold.ttf",
    "gonzhi_code/fonts/OFL.txt",
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy, so that the checkout stays clean."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    left = shutil.ignore_patterns("__pycache__", "*.pyc")
    for name in ("gonzhi_code", "service", "tests"):
        shutil.copytree(ROOT / name, source / name, ignore=left)
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    build = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(folder), str(source)]
    built = subprocess.run(build, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr[-2000:]
    (found,) = folder.glob("*.whl")
    return found


def names_in(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_wheel_holds_the_library_and_nothing_else(wheel: Path) -> None:
    tops = {name.partition("/")[0] for name in names_in(wheel)}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"gonzhi_code"}
    assert not [name for name in names_in(wheel) if name.endswith((".pyc", ".pyo", ".orig"))]


def test_the_wheel_holds_every_module_and_every_file_they_need(wheel: Path) -> None:
    modules = {str(path.relative_to(ROOT)) for path in (ROOT / "gonzhi_code").rglob("*.py")}
    assert modules | DATA <= names_in(wheel)
    beside = {str(path.relative_to(ROOT)) for path in (ROOT / "gonzhi_code").rglob("*") if path.is_file()}
    forgotten = {name for name in beside - names_in(wheel) if "__pycache__" not in name}
    assert not forgotten


def test_the_wheel_says_what_it_needs_and_that_is_no_web_framework(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (path,) = [name for name in archive.namelist() if name.endswith("/METADATA")]
        said = Parser().parsestr(archive.read(path).decode())
        (points,) = [name for name in archive.namelist() if name.endswith("/entry_points.txt")]
        entry_points = archive.read(points).decode()
    required = [Requirement(line) for line in said.get_all("Requires-Dist") or []]
    needed = {one.name.lower() for one in required if one.marker is None or one.marker.evaluate({"extra": ""})}
    assert needed.isdisjoint({"flask", "sqlalchemy", "alembic", "gunicorn", "psycopg", "urllib3", "werkzeug"})
    assert {"marshmallow", "cryptography", "qrcode"} <= needed
    assert said["License-Expression"] == "MIT"
    assert "gonzhi = gonzhi_code.cli:main" in entry_points
    assert entry_points.count("gonzhi_code.scenes.") == 5


def test_an_unpacked_wheel_works_far_from_the_checkout(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    script = """
import sys
import gonzhi_code as gz
assert gz.__file__.startswith(sys.argv[1]), gz.__file__
county = gz.load_county("wenling")
assert sorted(county.calendar.years) == [2024, 2025, 2026]
assert [scene.key for scene in gz.all_scenes()] == ["wage", "medins", "shelter", "campus", "general"]
assert gz.check_county(county, gz.all_scenes()) == []
from gonzhi_code.posters import LAYOUTS
print(len(county.villages), sorted(LAYOUTS))
"""
    site = str(tmp_path / "site")
    ran = subprocess.run(
        [sys.executable, "-c", script, site], cwd=tmp_path, env={"PYTHONPATH": site, "PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith("661 [")
