"""The list of what was printed, as CSV and XLSX: a row a poster, in words for people and numbers for machines.

The rule it keeps: nothing in a cell is ever run as a formula, whatever somebody called a place. Same records, same bytes.
"""

from __future__ import annotations

import csv
import datetime as dt
import os
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from .cells import STAYS_TEXT, harmless

Record = dict[str, Any]
# Key of the record, heading, width in characters.
MANIFEST = (
    ("file", "文件", 44), ("page", "页", 5), ("poster_no", "海报编号", 12), ("tail", "末五位", 8), ("scene_key", "场景", 10),
    ("spot", "点位名称", 26), ("place", "镇街村社", 20), ("address", "详细位置", 26), ("subject", "单位或项目", 26), ("spot_id", "点位编号", 10),
    ("serial", "第几次印制", 10), ("issuer", "发码机构", 9), ("key_id", "密钥", 6), ("issued_on", "制发日期", 11), ("place_id", "区划代码", 14),
    ("token", "码", 50), ("url", "网址", 70), ("qr_version", "QR版本", 8), ("module_mm", "模块毫米", 9), ("reading_m", "识读距离米", 10),
    ("read_back", "回读", 6), ("whole_page", "整页回读", 10), ("smallest_pixels", "最小可读（像素每模块）", 18),
    ("largest_blur", "最大可读模糊（模块）", 18), ("row", "表中行号", 8), ("note", "说明", 40),
)  # fmt: skip


def write_csv(path: Path, records: Iterable[Record]) -> int:
    """Write the CSV beside and rename it; returns how many posters it lists."""
    count, beside = 0, path.with_name(path.name + ".part")
    # With a byte-order mark Excel reads UTF-8 as UTF-8.
    with beside.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([heading for _, heading, _ in MANIFEST])
        for record in records:
            writer.writerow([harmless(record[key]) for key, _, _ in MANIFEST])
            count += 1
    os.replace(beside, path)
    return count


def write_xlsx(path: Path, records: Iterable[Record], day: dt.date) -> None:
    """Write the workbook beside and rename it; it says it was made on ``day``."""
    # Loaded only when somebody needs it, as in every place that writes a workbook.
    from xlsxwriter import Workbook

    beside = path.with_name(path.name + ".part")
    with Workbook(str(beside), {"constant_memory": True, **STAYS_TEXT}) as book:
        book.set_properties({"title": "海报清单", "created": dt.datetime(day.year, day.month, day.day)})
        sheet, bold = book.add_worksheet("海报清单"), book.add_format({"bold": True, "bottom": 1})
        for column, (_, _, width) in enumerate(MANIFEST):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 3)
        sheet.write_row(0, 0, [heading for _, heading, _ in MANIFEST], bold)
        for row, record in enumerate(records, 1):
            sheet.write_row(row, 0, [record[key] for key, _, _ in MANIFEST])
    os.replace(beside, path)


def write_zip(path: Path, folder: Path, files: Iterable[str], day: dt.date) -> None:
    """Put files of ``folder`` into a ZIP beside and rename it; posters are packed already and are stored as they are."""
    beside = path.with_name(path.name + ".part")
    with zipfile.ZipFile(beside, "w", zipfile.ZIP_STORED) as archive:
        for name in _once(files):
            entry = zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, (folder / name).read_bytes())
    os.replace(beside, path)


def _once(files: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for name in files:
        if name not in seen:
            seen.add(name)
            yield name
