"""`gonzhi posters`: a sheet of spots becomes posters, bad rows are told, and long work shows how far it is."""

from __future__ import annotations

import csv
import os
import pty
import subprocess
import sys
import termios
from pathlib import Path
from typing import Any

import pytest

from gonzhi_code import qr
from gonzhi_code.posters import render_page
from tests.code_samples import BASE_URL

from .commands import OTHER_VILLAGE, VILLAGE, one_sentence

ROOT = Path(__file__).parents[2]
SHEET = f"""id,name,village_id,subject_name
7,文化礼堂,{VILLAGE},
x,坏行,{VILLAGE},
8,卫生院,331081999999,
9,实验学校,{OTHER_VILLAGE},实验学校
9,又一所,{OTHER_VILLAGE},
10,,{VILLAGE},
11,𠮷字,{VILLAGE},
"""


def test_a_sheet_becomes_posters_and_a_list_and_every_bad_row_is_told(gonzhi: Any, keys: str, tmp_path: Path) -> None:
    (tmp_path / "spots.csv").write_text(SHEET, "utf-8-sig")
    asked = ("posters", "spots.csv", "--keys", keys, "--base-url", BASE_URL, "--out", "out", "--scene", "campus", "--serial", "2")
    told = gonzhi(*asked, "--json")
    assert told.code == 1
    assert [fault.partition(":")[0] for fault in told.data["faults"]] == ["row 3", "row 4", "row 6", "row 7", "row 8"]
    assert "𠮷" in told.data["faults"][-1]
    made = told.data["made"]
    assert [one["spot_id"] for one in made] == [7, 9]
    for one in made:
        assert qr.read_image(render_page(Path("out", one["file"]).read_bytes(), dpi=150)) == one["url"]
        assert gonzhi("verify", one["url"], "--keys", keys, "--base-url", BASE_URL).code == 0
    with open("out/campus-2.csv", encoding="utf-8-sig", newline="") as file:
        assert [(row["file"], row["url"]) for row in csv.DictReader(file)] == [(one["file"], one["url"]) for one in made]
    plain = gonzhi(*asked)
    assert plain.out == "2 posters in out\n"
    assert plain.err.startswith("row 3: ")
    assert plain.err.count("\n") == 5


@pytest.mark.parametrize(
    ("text", "words", "code", "named"),
    [
        ("id,name\n1,a\n", (), 2, "village_id"),
        (SHEET, ("--layout", "papyrus"), 1, "papyrus"),
        (SHEET, ("--scene", "dogs"), 1, "dogs"),
        (SHEET, ("--out", "spots.csv"), 2, "spots.csv"),
        (SHEET.encode("gb18030"), (), 2, "UTF-8"),
    ],
    ids=["column", "layout", "scene", "folder", "encoding"],
)
def test_what_is_wrong_with_a_whole_sheet_is_said_once(
    gonzhi: Any, keys: str, tmp_path: Path, text: str | bytes, words: tuple[str, ...], code: int, named: str
) -> None:
    (tmp_path / "spots.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    told = gonzhi("posters", "spots.csv", "--keys", keys, "--base-url", BASE_URL, "--out", "out", *words)
    assert told.code == code
    assert one_sentence(told)
    assert named in told.err
    assert not list(tmp_path.glob("out/*"))


def test_a_cell_too_long_for_a_sheet_and_an_owner_that_is_no_unit_are_named(gonzhi: Any, keys: str, tmp_path: Path) -> None:
    asked = ("posters", "spots.csv", "--keys", keys, "--base-url", BASE_URL, "--out", "out")
    (tmp_path / "spots.csv").write_text(f"id,name,village_id\n1,a,{VILLAGE}\n2,{'b' * 131_073},{VILLAGE}\n", "utf-8")
    told = gonzhi(*asked)
    assert told.code == 2 and one_sentence(told) and "spots.csv: line 3 is no CSV" in told.err
    rows = f"1,水厂,{VILLAGE},utility.water\n2,学校,{VILLAGE},utility.watre\n"
    (tmp_path / "spots.csv").write_text(f"id,name,village_id,owner_unit_id\n{rows}", "utf-8")
    told = gonzhi(*asked)
    assert (told.code, told.out) == (1, "1 posters in out\n")
    assert told.err == "row 3: the owner_unit_id 'utility.watre' is no unit of 温岭市; `gonzhi county show` lists the units\n"


def test_a_terminal_sees_progress_with_rate_and_time_left_and_a_file_does_not(keys: str, tmp_path: Path) -> None:
    (tmp_path / "spots.csv").write_text("id,name,village_id\n" + "".join(f"{n},hall,{VILLAGE}\n" for n in (1, 2)), "utf-8")
    words = [sys.executable, "-m", "gonzhi_code.cli", "posters", "spots.csv", "--keys", keys, "--base-url", BASE_URL, "--out", "out"]
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 100))
    subprocess.run(words, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL, stderr=theirs, check=True)
    os.close(theirs)
    seen = os.read(ours, 100_000).decode()
    os.close(ours)
    assert "2/2" in seen
    assert "posters/s" in seen or "s/ posters" in seen
    piped = subprocess.run(words, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, check=True)
    assert piped.stderr == b""
