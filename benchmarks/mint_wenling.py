"""Ten thousand spots of Wenling in one command, then every finished file read by two decoders that know nothing of each other.

Run: ``python -m benchmarks.mint_wenling [COUNT]``. The spots are the 661 villages and invented building sites, clinics, schools
and shelters in them, the same every time. The command is ``gonzhi batch``, killed outright once on the way and given again.
Afterwards each PDF is rendered as a printer would and read by zxing-cpp and by OpenCV, and both texts are compared with the list.
"""

from __future__ import annotations

import csv
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cv2
import numpy
import pypdfium2

from gonzhi_code.cli_files import read_keys
from gonzhi_code.codes import CodeSigner
from gonzhi_code.qr import read_image
from tests.parts.sheets import WENLING_HEAD, csv_bytes, wenling_rows

BASE_URL = "https://gz.example.gov.cn/s/"
DPI = 72
# The code of an A4 poster with its white rim, in millimetres: left, top, right, bottom.
CODE = (4.0, 88.0, 132.0, 214.0)


def read_by_both(job: tuple[str, str]) -> tuple[bool, bool]:
    """Whether zxing-cpp and OpenCV read the poster in a file as its address."""
    path, url = job
    document = pypdfium2.PdfDocument(Path(path).read_bytes())
    page = document[0].render(scale=DPI / 72).to_pil().convert("L")
    document.close()
    first = read_image(page) == url
    cut = page.crop(tuple(round(edge / 25.4 * DPI) for edge in CODE))
    for times in (1, 2, 3):  # a size at which a module is a whole number of pixels suits it best
        large = cut.resize((cut.width * times, cut.height * times))
        if cv2.QRCodeDetectorAruco().detectAndDecode(numpy.asarray(large))[0] == url:
            return first, True
    return first, False


def run(words: list[str], folder: Path, kill_at: int = 0) -> float:
    """Seconds of the command; with ``kill_at`` it is killed when so many posters are there."""
    start = time.perf_counter()
    started = subprocess.Popen(words, cwd=folder, env=os.environ | {"PYTHONPATH": os.getcwd()}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while kill_at and started.poll() is None:
        if sum(1 for _ in (folder / "out").glob("posters/*/*.pdf")) >= kill_at:
            started.send_signal(signal.SIGKILL)
        time.sleep(0.05)
    started.wait()
    return time.perf_counter() - start


def main() -> None:
    """Mint, read, and print what was found; ends with 1 where anything is not as it must be."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "spots.csv").write_bytes(csv_bytes(wenling_rows(count), WENLING_HEAD))
        gonzhi = [sys.executable, "-m", "gonzhi_code.cli"]
        run([*gonzhi, "keys", "make", "keys.json"], folder)
        words = [*gonzhi, "batch", "spots.csv", "--keys", "keys.json", "--base-url", BASE_URL, "--out", "out", "--date", "2026-11-24"]
        killed = run(words, folder, kill_at=count // 3)
        rest = run(words, folder)
        print(f"{count} posters: killed after {killed:.1f} s, the rest in {rest:.1f} s", flush=True)
        with (folder / "out" / "manifest.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        tokens, numbers = {row["码"] for row in rows}, {(row["点位编号"], row["场景"], row["第几次印制"]) for row in rows}
        signer = CodeSigner(read_keys(str(folder / "keys.json")), BASE_URL)
        genuine = sum(signer.verify(row["网址"]).spot_id == int(row["点位编号"]) for row in rows)
        print(f"listed {len(rows)}, different codes {len(tokens)}, different numbers {len(numbers)}, genuine {genuine}", flush=True)
        start = time.perf_counter()
        with multiprocessing.get_context("spawn").Pool(2) as pool:
            seen = list(pool.imap_unordered(read_by_both, [(str(folder / "out" / row["文件"]), row["网址"]) for row in rows], chunksize=50))
        both = [sum(one) for one in zip(*seen, strict=True)]
        print(f"read from the finished files in {time.perf_counter() - start:.0f} s: zxing-cpp {both[0]}, OpenCV {both[1]}")
        margins = [(float(row["最小可读（像素每模块）"]), float(row["最大可读模糊（模块）"])) for row in rows if row["最小可读（像素每模块）"]]
        print(f"margins of {len(margins)}: smallest size {max(one[0] for one in margins)} pixels a module or less, blur {min(one[1] for one in margins)} modules or more")
        if not (len(rows) == len(tokens) == len(numbers) == genuine == both[0] == both[1] == count):
            sys.exit(1)


if __name__ == "__main__":
    main()
