"""`gonzhi batch`: from a sheet to posters and their list, over kills, without a code twice."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import signal
import subprocess
import sys
import termios
import time
import zipfile
from pathlib import Path
from typing import Any

import cv2
import numpy
import openpyxl
import pytest

from gonzhi_code import qr
from gonzhi_code.cli_files import read_keys
from gonzhi_code.codes import CodeSigner
from gonzhi_code.posters import render_page
from tests.code_samples import BASE_URL
from tests.parts.sheets import HEAD, WENLING_HEAD, csv_bytes, wenling_rows, xlsx_file

from .commands import one_sentence

ROOT = Path(__file__).parents[2]
ROWS = [("文化礼堂", "大溪镇", "良山村", "欠薪", "北墙", "", ""), ("", "大溪镇", "良山村", "", "", "", ""), ("校门", "大溪", "良山", "campus", "", "第三中学", "")]
WORDS = ("--base-url", BASE_URL, "--date", "2026-11-24", "--out", "out")


def manifest(folder: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((folder / "manifest.csv").read_text("utf-8-sig"), newline="")))


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.*") if path.is_file() and path.name not in ("batch.json", "journal.jsonl")}


def test_a_sheet_becomes_posters_lists_and_a_zip_and_bad_rows_are_told(gonzhi: Any, keys: str, tmp_path: Path) -> None:
    xlsx_file(tmp_path / "s.xlsx", ROWS)
    told = gonzhi("batch", "s.xlsx", "--keys", keys, *WORDS, "--sample", "2", "--zip")
    assert told.code == 1
    assert told.out == "2 posters in out; 1 bad rows\n"
    assert "not used: the columns 备注" in told.err and "row 3: the name of the spot is missing" in told.err
    rows, signer = manifest(tmp_path / "out"), CodeSigner(read_keys(keys), BASE_URL)
    assert [(row["点位名称"], row["场景"], row["QR版本"], row["回读"], row["模块毫米"]) for row in rows] == [
        ("文化礼堂", "wage", "5", "yes", "2.811"), ("校门", "campus", "5", "yes", "2.811"),
    ]  # fmt: skip
    for row in rows:
        picture = render_page((tmp_path / "out" / row["文件"]).read_bytes(), 100)
        assert qr.read_image(picture) == row["网址"]
        assert signer.verify(row["网址"]).spot_id == int(row["点位编号"])
    assert rows[0]["整页回读"].endswith("dpi") and 1 <= float(rows[0]["最小可读（像素每模块）"]) <= 2 and float(rows[0]["最大可读模糊（模块）"]) >= 0.2
    book = openpyxl.load_workbook(tmp_path / "out" / "manifest.xlsx")
    assert [str(cell.value) for cell in book.active[2]][:3] == [rows[0]["文件"], "1", rows[0]["海报编号"]]
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert set(archive.namelist()) == {*(row["文件"] for row in rows), "manifest.csv", "manifest.xlsx"}


@pytest.mark.parametrize(("words", "names"), [
    (("--per-file", "2", "--layout", "sticker"), ["sheets/00001.pdf", "sheets/00001.pdf"]),
    (("--layout", "plain", "--as", "svg"), ["posters/331081101/wage-0000-00000001-0001.svg", "posters/331081101/campus-0000-00000002-0001.svg"]),
    (("--layout", "plain", "--as", "png"), ["posters/331081101/wage-0000-00000001-0001.png", "posters/331081101/campus-0000-00000002-0001.png"]),
], ids=["sheets", "svg", "png"])  # fmt: skip
def test_sheets_of_several_and_pictures_of_the_code_alone(gonzhi: Any, keys: str, tmp_path: Path, words: tuple[str, ...], names: list[str]) -> None:
    (tmp_path / "s.csv").write_bytes(csv_bytes([ROWS[0], ROWS[2]], encoding="gb18030"))
    assert gonzhi("batch", "s.csv", "--keys", keys, *WORDS, *words).code == 0
    rows = manifest(tmp_path / "out")
    assert [row["文件"] for row in rows] == names
    for page, row in enumerate(rows):
        data = (tmp_path / "out" / row["文件"]).read_bytes()
        if names[0].endswith("pdf"):
            assert qr.read_image(render_page(data, 200, page)) == row["网址"]
        elif names[0].endswith("png"):
            assert qr.read_image(data) == row["网址"]


def test_a_second_printing_of_the_same_sheet_has_the_next_serials(gonzhi: Any, keys: str, tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_bytes(csv_bytes([ROWS[0]]))
    for folder in ("one", "two"):
        assert gonzhi("batch", "s.csv", "--keys", keys, *WORDS[:-1], folder).code == 0
    assert [manifest(tmp_path / folder)[0]["海报编号"] for folder in ("one", "two")] == ["1-1", "1-2"]


def test_the_same_command_again_draws_nothing_and_a_damaged_file_is_drawn_anew(gonzhi: Any, keys: str, tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_bytes(csv_bytes([ROWS[0], ROWS[2]]))
    asked = ("batch", "s.csv", "--keys", keys, *WORDS)
    gonzhi(*asked)
    before, paths = files_of(tmp_path / "out"), [tmp_path / "out" / row["文件"] for row in manifest(tmp_path / "out")]
    times = [path.stat().st_mtime_ns for path in paths]
    assert gonzhi(*asked).code == 0
    assert [path.stat().st_mtime_ns for path in paths] == times
    paths[0].write_bytes(b"half a po")
    assert gonzhi(*asked).code == 0
    assert files_of(tmp_path / "out") == before
    assert paths[1].stat().st_mtime_ns == times[1]


@pytest.mark.parametrize(("change", "code", "said"), [
    (("--scene", "general"), 1, "holds another batch (scene differ)"), (("--layout", "card"), 1, "layout differ"),
    (("--out", "."), 1, "not empty"), (("--layout", "billboard"), 1, "no print format"), (("--as", "svg"), 1, "layout plain"),
    (("--column", "spot=没有"), 2, "no column"), (("--per-file", "0"), 2, "per-file"), (("--font", "none.ttf"), 1, "none.ttf"),
])  # fmt: skip
def test_what_is_wrong_with_the_whole_batch_is_one_sentence(gonzhi: Any, keys: str, tmp_path: Path, change: tuple[str, ...], code: int, said: str) -> None:
    (tmp_path / "s.csv").write_bytes(csv_bytes([ROWS[0]], HEAD[:-1] if "x" else HEAD))
    gonzhi("batch", "s.csv", "--keys", keys, *WORDS)
    told = gonzhi("batch", "s.csv", "--keys", keys, *WORDS, *change)
    assert (told.code, one_sentence(told)) == (code, True), told.err
    assert said in told.err


def test_missing_words_and_sheets_are_said(gonzhi: Any, keys: str, tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_bytes(csv_bytes([ROWS[0]], HEAD))
    assert "--keys" in gonzhi("batch", "s.csv").err
    assert "template" in gonzhi("batch").err
    assert "cannot be read" in gonzhi("batch", "no.csv", "--keys", keys, *WORDS).err
    assert gonzhi("batch", "s.csv", "--check").out == "1 posters can be printed; 0 bad rows\n"
    (tmp_path / "u.csv").write_bytes(csv_bytes([("a", "b", "大溪镇")], ("张贴点", "地点名称", "镇街")))
    told = gonzhi("batch", "u.csv", "--keys", keys, *WORDS)
    assert one_sentence(told) and "张贴点、地点名称" in told.err and "--column spot=" in told.err
    assert gonzhi("batch", "--template", "t.xlsx").out == "t.xlsx\n"


def run_until(words: list[str], folder: Path, moment: str) -> None:
    """Start a batch and kill it outright at a moment: after that many finished posters, or before the first."""
    started = subprocess.Popen(words, cwd=folder, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while started.poll() is None:
            ledger = folder / "keys.ledger" / "ledger.jsonl"
            if moment == "numbered" and ledger.exists() and ledger.stat().st_size:
                break
            if moment.isdecimal() and len(list((folder / "out").glob("posters/*/*.pdf"))) >= int(moment):
                break
            time.sleep(0.002)
        started.send_signal(signal.SIGKILL)
    finally:
        started.wait()
    assert started.returncode == -signal.SIGKILL, "it ended by itself, and nothing was shown"


def test_a_batch_killed_again_and_again_ends_as_if_it_had_not_been_and_no_code_is_there_twice(gonzhi: Any, keys: str, tmp_path: Path) -> None:
    count = 240
    (tmp_path / "s.csv").write_bytes(csv_bytes(wenling_rows(count), WENLING_HEAD))
    asked = ["batch", "s.csv", "--keys", "keys.json", *WORDS, "--workers", "1"]
    words = [sys.executable, "-m", "gonzhi_code.cli", *asked]
    for moment in ("numbered", "1", "100"):
        run_until(words, tmp_path, moment)
    (tmp_path / "out" / "posters" / "torn.pdf.part").write_bytes(b"%PDF-1.7 and no more")
    assert gonzhi(*asked).code == 0
    rows = manifest(tmp_path / "out")
    assert len(rows) == len({row["码"] for row in rows}) == len({(row["点位编号"], row["场景"], row["第几次印制"]) for row in rows}) == count
    assert {row["第几次印制"] for row in rows} == {"1"}
    # A batch that nobody disturbed, numbered by a ledger of its own, is the same to the byte.
    assert gonzhi(*asked[:-3], "calm", "--ledger", "other", "--workers", "1").code == 0
    left = {name: data for name, data in files_of(tmp_path / "out").items() if not name.endswith(".part")}
    assert left == files_of(tmp_path / "calm")
    detector = cv2.QRCodeDetectorAruco()
    for row in rows[::24]:
        picture = render_page((tmp_path / "out" / row["文件"]).read_bytes(), 100).convert("L")
        assert qr.read_image(picture) == row["网址"]
        assert detector.detectAndDecode(numpy.asarray(picture))[0] == row["网址"]


def test_two_processes_make_the_same_files_as_one(gonzhi: Any, keys: str, tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_bytes(csv_bytes(wenling_rows(90), WENLING_HEAD))
    words = [sys.executable, "-m", "gonzhi_code.cli", "batch", "s.csv", "--keys", keys, *WORDS, "--workers", "2", "--json"]
    ran = subprocess.run(words, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False)
    assert json.loads(ran.stdout) == {"posters": 90, "folder": "out", "faults": []}, ran.stderr
    assert gonzhi("batch", "s.csv", "--keys", keys, *WORDS[:-1], "one", "--ledger", "other").code == 0
    assert files_of(tmp_path / "out") == files_of(tmp_path / "one")


def test_at_a_terminal_unclear_columns_are_asked_about_and_progress_is_seen(keys: str, tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_bytes(csv_bytes([("文化礼堂", "礼堂", "大溪镇")], ("张贴点", "地点名称", "镇街")))
    words = [sys.executable, "-m", "gonzhi_code.cli", "batch", "s.csv", "--keys", keys, *WORDS]
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 100))
    ran = subprocess.Popen(words, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdin=theirs, stdout=subprocess.PIPE, stderr=theirs)
    os.close(theirs)
    os.write(ours, b"7\n1\n")
    out, _ = ran.communicate(timeout=60)
    seen = os.read(ours, 100_000).decode()
    os.close(ours)
    assert "Which column is 点位名称" in seen and "1  张贴点   文化礼堂" in seen and seen.count("Number, or Enter for none") == 2
    assert re.search(r"1/1 .*posters/s|s/ posters", seen)
    assert out.decode() == "1 posters in out; 0 bad rows\n"
    assert manifest(tmp_path / "out")[0]["点位名称"] == "文化礼堂"
