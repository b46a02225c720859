"""Sheets of spots for tests: small ones by hand, and as many places of Wenling as wanted, the same every time."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import openpyxl

from gonzhi_code.counties import load_county

HEAD = ("点位名称（必填）", "镇街", "所属村社", "场景", "详细地址", "主体名称", "备注")
WENLING = load_county("wenling")


def csv_bytes(rows: Iterable[Sequence[str]], head: Sequence[str] = HEAD, encoding: str = "utf-8-sig", separator: str = ",") -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator)
    writer.writerow(head)
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def xlsx_file(path: Path, rows: Iterable[Sequence[object]], head: Sequence[str] = HEAD, above: Sequence[Sequence[object]] = ()) -> Path:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("点位")
    for row in (*above, head, *rows):
        sheet.append(list(row))
    book.save(path)
    return path


KINDS = (
    ("{}村口宣传栏", "unified", "", "公交站旁"), ("{}文化礼堂", "general", "", "大门右侧"), ("{}安置房工地", "wage", "{}安置房三期项目部", "门卫室外墙"),
    ("{}卫生服务站", "medins", "{}社区卫生服务站", "收费窗口"), ("{}小学校门", "campus", "温岭市{}小学", "传达室外墙"),
    ("{}人防工程一号口", "shelter", "{}小区人防工程", "坡道左侧"), ("{}菜市场", "general", "", "东门"), ("{}厂房工地", "wage", "{}标准厂房项目", "塔吊下公告栏"),
)  # fmt: skip


def wenling_rows(count: int) -> list[tuple[str, ...]]:
    """Spots in all 661 villages, then second and third ones; invented but for the villages."""
    villages = sorted(WENLING.villages.values(), key=lambda village: village.id)
    rows: list[tuple[str, ...]] = []
    while len(rows) < count:
        turn, place = divmod(len(rows), len(villages))
        village = villages[place]
        name, scene, subject, address = KINDS[turn % len(KINDS)]
        short = village.name.removesuffix("社区").removesuffix("村") or village.name
        mark = "" if turn < len(KINDS) else f"{turn // len(KINDS) + 1}号"
        rows.append((name.format(short) + mark, WENLING.township(village.id).name, village.id, scene, address, subject.format(short), ""))
    return rows


WENLING_HEAD = ("点位名称", "镇街", "区划代码", "场景", "详细地址", "主体名称", "备注")
