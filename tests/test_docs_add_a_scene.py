"""docs/add-a-scene.md shows pieces of a scene that is tested, and names only what exists."""

from __future__ import annotations

import re
from pathlib import Path

import gonzhi_code.answers
import gonzhi_code.choices
import gonzhi_code.fields
from gonzhi_code.cli import main

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/add-a-scene.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL)


def test_every_piece_of_code_is_cut_from_the_outside_package() -> None:
    module = (ROOT / "tests/outside_scene/harbour_code.py").read_text(encoding="utf-8")
    project = (ROOT / "tests/outside_scene/pyproject.toml").read_text(encoding="utf-8")
    pieces = [text for language, text in BLOCKS if language in ("python", "toml")]
    assert len(pieces) == 5
    for piece in pieces:
        assert piece in module + project, piece


def test_every_field_of_the_table_exists() -> None:
    rows = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \| `", PAGE, re.MULTILINE)
    names = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    assert len(names) == 14
    for name in names:
        assert any(hasattr(module, name) for module in (gonzhi_code.fields, gonzhi_code.choices, gonzhi_code.answers)), name


def test_the_commands_it_names_work(capsys) -> None:  # type: ignore[no-untyped-def]
    for command in (["scenes"], ["scenes", "--schema", "general"], ["routes", "check"]):
        assert main(command) in (0, None), command
        assert capsys.readouterr().out
