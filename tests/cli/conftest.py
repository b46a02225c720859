"""Runs `gonzhi` in an empty folder, as a person would."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gonzhi_code.cli import main

from .commands import Told


@pytest.fixture
def gonzhi(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs a command in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> Told:
        try:
            code = main(words)
        except SystemExit as ended:  # argparse ends the process itself
            code = int(ended.code or 0)
        captured = capsys.readouterr()
        return Told(code, captured.out, captured.err)

    return run


@pytest.fixture
def keys(gonzhi: Any, tmp_path: Path) -> str:
    assert gonzhi("keys", "new", "keys.json").code == 0
    return str(tmp_path / "keys.json")
