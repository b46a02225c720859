"""Posters against reportlab with ``qrcode`` pictures, the same words and pictures at the same places, in the same run.

Run: ``python -m benchmarks.bench_posters``. Aims: 1,000 A4 pages in one file at least 20 times as fast and at most 3 KB a page;
10,000 separate posters at least 20 times as fast; memory the same for ten times as many posters. Ours reads every code back and
verifies it, the yardstick reads nothing back. The yardstick is measured over fewer posters, for it takes as long for each.
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import qrcode
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from gonzhi_code.codes import Code, CodeSigner
from gonzhi_code.counties import load_county
from gonzhi_code.fonts import BOLD, REGULAR
from gonzhi_code.keys import KeyRing
from gonzhi_code.posters import Press, press_for
from gonzhi_code.posters import press as press_module
from gonzhi_code.posters.page import BoxesMark, CodeMark, OutlineMark, TextMark
from gonzhi_code.spots import Spot

MM = 72 / 25.4
COUNTY = load_county("wenling")
SIGNER = CodeSigner(KeyRing({"a": bytes(range(32))}, issuing="a"), "https://gz.example.gov.cn/s/")
VILLAGES = sorted(COUNTY.villages)
ROUNDS = 5


def posters(count: int) -> Iterator[tuple[Code, Spot]]:
    """Codes at spots in all villages of Wenling."""
    for number in range(1, count + 1):
        village = VILLAGES[number % len(VILLAGES)]
        spot = Spot(number, f"{COUNTY.villages[village].name}宣传栏{number}号", village, address="公交站旁")
        yield SIGNER.issue(spot, scene_key="wage", serial=1, issued_on=dt.date(2026, 11, 24)), spot


class Yardstick:
    """The same marks through reportlab, the code as a picture made by ``qrcode``; fonts are registered once."""

    def __init__(self, press: Press) -> None:
        pdfmetrics.registerFont(TTFont("plain", str(REGULAR)))
        pdfmetrics.registerFont(TTFont("strong", str(BOLD)))
        self.press = press
        code, spot = next(posters(1))
        page = press.page(code, spot)
        # What does not differ from poster to poster is laid out once here too; the words of the place are put in anew.
        self.marks = [mark for mark in page.marks if not isinstance(mark, CodeMark)]
        self.code = next(mark for mark in page.marks if isinstance(mark, CodeMark))
        self.height = page.height

    def page(self, canvas: Canvas, code: Code, spot: Spot) -> None:
        """Draw one poster and end its page."""
        for mark in self.marks:
            self._mark(canvas, mark, spot)
        picture = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_Q, border=0, box_size=10)
        picture.add_data(code.url)
        picture.make(fit=True)
        side = self.code.side * self.code.module
        image = ImageReader(picture.make_image().get_image())
        canvas.drawImage(image, self.code.x * MM, (self.height - self.code.y - side) * MM, side * MM, side * MM)
        canvas.showPage()

    def _mark(self, canvas: Canvas, mark: object, spot: Spot) -> None:
        if isinstance(mark, TextMark):
            canvas.setFillGray(mark.ink if isinstance(mark.ink, float) else 0.4)
            canvas.setFont("strong" if "Bold" in mark.face.name else "plain", mark.size * MM)
            text = mark.text.replace("宣传栏1号", spot.name[-6:])
            canvas.drawString(mark.x * MM, (self.height - mark.y) * MM, text)
        elif isinstance(mark, BoxesMark):
            canvas.setFillGray(0.4)
            for x, y, width, height in mark.boxes:
                canvas.rect(x * MM, (self.height - y - height) * MM, width * MM, height * MM, stroke=0, fill=1)
        elif isinstance(mark, OutlineMark):
            path = canvas.beginPath()
            for step in range(8):  # a picture of as many lines
                point = (mark.x + step) * MM, (self.height - mark.y - step % 2) * MM
                (path.lineTo if step else path.moveTo)(*point)
            canvas.drawPath(path)

    def one_file(self, count: int) -> bytes:
        """All posters in one file."""
        out = io.BytesIO()
        canvas = Canvas(out, pagesize=(210 * MM, 297 * MM))
        for code, spot in posters(count):
            self.page(canvas, code, spot)
        canvas.save()
        return out.getvalue()

    def separate(self, count: int) -> int:
        """A file for each poster; returns their bytes."""
        total = 0
        for code, spot in posters(count):
            out = io.BytesIO()
            canvas = Canvas(out, pagesize=(210 * MM, 297 * MM))
            self.page(canvas, code, spot)
            canvas.save()
            total += len(out.getvalue())
        return total


def timed(call: Callable[[], object]) -> float:
    """Processor seconds: a neighbour on the machine does not count."""
    start = time.process_time()
    call()
    return time.process_time() - start


def ratio(name: str, ours: Callable[[], object], our_count: int, theirs: Callable[[], object], their_count: int) -> None:
    """Time both in turn and print milliseconds a poster and the median ratio."""
    pairs = [(timed(ours) / our_count, timed(theirs) / their_count) for _ in range(ROUNDS)]
    pairs.sort(key=lambda pair: pair[1] / pair[0])
    mine, other = pairs[ROUNDS // 2]
    print(f"{name:<34} {mine * 1e3:7.3f} ms   reportlab + qrcode {other * 1e3:7.2f} ms   {other / mine:5.1f} times as fast (one process)")


def separate(press: Press, batch: list[tuple[Code, Spot]]) -> int:
    """A file for each poster; returns their bytes."""
    return sum(len(press.pdf([one])) for one in batch)


@contextmanager
def drawing_alone() -> Iterator[None]:
    """Ours without reading back what it drew, which the yardstick never does: drawing against drawing."""
    kept, press_module.read_back = press_module.read_back, lambda page: None
    try:
        yield
    finally:
        press_module.read_back = kept


def peak(count: int) -> int:
    """Kilobytes of memory of a process that writes so many pages to a file."""
    script = (
        "import resource, sys, tempfile; from benchmarks.bench_posters import *\n"
        "with tempfile.TemporaryFile() as file: press_for('a4', COUNTY).write(posters(int(sys.argv[1])), file)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    return int(subprocess.run([sys.executable, "-c", script, str(count)], capture_output=True, text=True, check=True).stdout)


def whole_batch(count: int) -> None:
    """10,000 files by the command line, both cores, with read-back, list and ledger; against the yardstick's time for as many."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines = ["点位名称,区划代码,场景,详细位置"]
        lines += [f"{spot.name},{spot.village_id},wage,{spot.address}" for _, spot in posters(count)]
        (folder / "s.csv").write_text("\n".join(lines), "utf-8")
        gonzhi = [sys.executable, "-m", "gonzhi_code.cli"]
        subprocess.run([*gonzhi, "keys", "make", "k.json"], cwd=folder, check=True, capture_output=True, env=os.environ | {"PYTHONPATH": os.getcwd()})
        start = time.perf_counter()
        words = [*gonzhi, "batch", "s.csv", "--keys", "k.json", "--base-url", "https://gz.example.gov.cn/s/", "--out", "out", "--sample", "1000"]
        subprocess.run(words, cwd=folder, check=True, capture_output=True, env=os.environ | {"PYTHONPATH": os.getcwd()})
        took = time.perf_counter() - start
        print(f"gonzhi batch, {count} files: {took:.1f} s, {took / count * 1e3:.2f} ms a poster, all read back, listed and on the disk")


def main() -> None:
    """Print every figure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--batch", type=int, default=10_000, help="posters of the run through the command line, 0 for none")
    options = parser.parse_args()
    press = press_for("a4", COUNTY)
    batch = list(posters(1000))
    press.pdf(batch[:1])
    yardstick = Yardstick(press)
    data = press.pdf(batch)
    theirs = yardstick.one_file(100)
    print(f"1,000 A4 pages in one file: {len(data) / 1000:.0f} bytes a page (aim: 3,000); reportlab + qrcode {len(theirs) / 100:.0f}")
    ratio("1,000 pages in one file", lambda: press.pdf(posters(1000)), 1000, lambda: yardstick.one_file(60), 60)
    ratio("separate files", lambda: separate(press, batch[:300]), 300, lambda: yardstick.separate(30), 30)
    with drawing_alone():
        ratio("1,000 pages, drawing alone", lambda: press.pdf(posters(1000)), 1000, lambda: yardstick.one_file(60), 60)
        ratio("separate files, drawing alone", lambda: separate(press, batch[:300]), 300, lambda: yardstick.separate(30), 30)
    small, large = peak(1000), peak(10_000)
    print(f"memory: {small / 1024:.0f} MB for 1,000 pages, {large / 1024:.0f} MB for 10,000")
    if options.batch:
        whole_batch(options.batch)
    print(f"this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")


if __name__ == "__main__":
    main()
