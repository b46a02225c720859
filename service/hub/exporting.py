"""Figures and lists of cases taken away as XLSX or CSV.

The rules it keeps:

* No person, no answer and no words of anybody leave this way. Of a protected or sealed case there are number and state, and
  where a scene, place or unit was asked for not even those: being in the answer would say what the case is about.
* A cell is never a formula (``gonzhi_code.cells``); XLSX cells are written as text, numbers or times by type.
* A year of cases never stands in memory: rows come from the store page by page and go to a file line by line.
* Who took what, with which filters and how many rows, is on record.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

from gonzhi_code.cells import STAYS_TEXT, harmless
from gonzhi_code.labels import label
from gonzhi_code.routing import Visibility
from gonzhi_code.words import Words, in_language
from service.store import audit, figures

from .accounts import User
from .board import PROMISED, Asked, Board, Line, NotForThem, board, which
from .context import SHANGHAI, Hub
from .permissions import Verb, may
from .receipts import unit_of

KINDS, FORMS = ("cases", "figures"), ("xlsx", "csv")
IN_MEMORY_BYTES = 1 << 20
"""A file larger than this is kept on the disk while it is made."""

Cell = str | int | float | dt.datetime | None
Sheet = tuple[Words, Sequence[Words], Iterable[Sequence[Cell]]]
"""Name, heads and rows."""

CASE_HEADS = (
    Words("编号", "Case"), Words("状态", "State"), Words("场景", "Scene"), Words("来源", "Source"), Words("镇街", "Township"),
    Words("村社", "Village"), Words("主办单位", "Lead"), Words("在谁手里", "Held by"), Words("关注级别", "Priority"),
    Words("收到", "Received"), Words("到达承办单位", "On the unit's desk"), Words("用时（秒）", "Seconds"), Words("签收", "Acknowledged"),
    Words("反馈", "Resolved"), Words("办结", "Closed"), Words("处置期限", "Due"), Words("超时", "Late"), Words("退回次数", "Sent back"),
    Words("重办次数", "Reopened"), Words("评价（1–5）", "Grade"),
)  # fmt: skip
COUNT_WORDS = (
    Words("收到", "Received"), Words("一分钟内交办", "Assigned in a minute"), Words("一分钟内到位", "On the desk in a minute"),
    Words("未到位", "Not on the desk"), Words("在办", "Open"), Words("办结", "Closed"), Words("按期办结", "Closed in time"),
    Words("应办结", "Came due"), Words("按时签收", "Acknowledged in time"), Words("应签收", "Acknowledgement due"), Words("超时", "Late"),
    Words("退回", "Sent back"), Words("重办", "Reopened"), Words("已评价", "Rated"), Words("办结或评过", "Closed or rated badly"),
    Words("满意", "Satisfied"), Words("不满意", "Not satisfied"), Words("未评", "Unrated"), label("merge"), Words("不予受理", "Rejected"),
)  # fmt: skip
_SOURCES = {"code": Words("扫码", "Code"), "bad_code": Words("扫码（码有问题）", "Code, not good"), "none": Words("没有扫码", "No code")}


@dataclass(frozen=True)
class Export:
    """A file to hand out, to be read from its beginning, and how many rows it has."""

    file: IO[bytes]
    name: str
    media_type: str
    rows: int


def export(hub: Hub, user: User, asked: Asked, kind: str, form: str, lang: str = "zh") -> Export:
    """Make a file of the figures or cases that somebody asks for, and put it on record.

    Args:
        kind: one of :data:`KINDS`; form: one of :data:`FORMS`; lang: of heads and words.

    Raises:
        NotForThem: the account may not take figures away.
    """
    if not may(user, Verb.EXPORT):
        raise NotForThem
    sheets = _case_sheets(hub, user, asked, lang) if kind == "cases" else _figure_sheets(board(hub, user, asked), lang)
    file: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES)  # noqa: SIM115 - it is read after this, and closed with the answer
    rows = (_write_xlsx if form == "xlsx" else _write_csv)(file, sheets, lang)
    file.seek(0)
    detail = {"kind": kind, "form": form, "rows": rows, **asked.params()}
    with hub.store.write() as tx:
        audit.add_audit(tx, hub.clock(), user.username, "export", detail=detail)
    media = "text/csv" if form == "csv" else "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return Export(file, f"gonzhi-{kind}-{asked.first}-{asked.last}.{form}", media, rows)


def _case_sheets(hub: Hub, user: User, asked: Asked, lang: str) -> list[Sheet]:
    return [(Words("事件", "Cases"), CASE_HEADS, _case_rows(hub, user, asked, lang))]


def _case_rows(hub: Hub, user: User, asked: Asked, lang: str) -> Iterator[list[Cell]]:
    cases, after, now = which(hub, user, asked), 0, hub.clock()
    of_content = bool(asked.scene or asked.township or asked.unit)
    while True:
        with hub.store.read() as tx:
            rows = figures.lines(tx, cases, now, PROMISED, after)
        for row in rows:
            if row["visibility"] == Visibility.NORMAL.value:
                yield _case_row(hub, row, lang)
            elif not of_content:
                yield [row["case_no"], in_language(label(row["state"]), lang)]
        if len(rows) < figures.PAGE:
            return
        after = rows[-1]["id"]


def _case_row(hub: Hub, row: Mapping[str, Any], lang: str) -> list[Cell]:
    county, plan = hub.county, hub.plans.get(row["scene_key"])
    town, village = county.townships.get(row["township_id"]), county.villages.get(row["village_id"])
    arrived = row["delivered_at"]
    return [
        row["case_no"],
        in_language(label(row["state"]), lang),
        in_language(plan.scene.title, lang) if plan else row["scene_key"],
        in_language(_SOURCES.get(row["source"], Words(row["source"])), lang),
        town.name if town else "",
        village.name if village else "",
        unit_of(hub, row["lead_unit_id"]).name,
        unit_of(hub, row["holder"] or row["lead_unit_id"]).name,
        in_language(label(row["priority"]), lang),
        row["reported_at"],
        arrived,
        round((arrived - row["reported_at"]).total_seconds(), 1) if arrived else None,
        row["acknowledged_at"],
        row["resolved_at"],
        row["closed_at"],
        row["due_at"],
        int(row["is_late"]),
        row["return_count"],
        row["reopen_count"],
        row["grade"],
    ]


def _figure_sheets(told: Board, lang: str) -> list[Sheet]:
    parts = (
        (Words("合计", "All"), [told.total, told.former]),
        (Words("按镇街", "By township"), told.townships),
        (Words("按场景", "By scene"), told.scenes),
        (Words("按主办单位", "By lead unit"), told.units),
        (Words("按日期", "By day"), told.days),
    )
    heads = (Words("名称", "Name"), *COUNT_WORDS)
    return [(words, heads, [_figure_row(line, lang) for line in lines]) for words, lines in parts]


def _figure_row(line: Line, lang: str) -> list[Cell]:
    return [in_language(line.name, lang), *(line[name] for name in figures.COUNTS)]


def _write_xlsx(file: IO[bytes], sheets: Sequence[Sheet], lang: str) -> int:
    # Loaded only when somebody takes something away.
    from xlsxwriter import Workbook

    book = Workbook(file, {"constant_memory": True, **STAYS_TEXT})
    head, time = book.add_format({"bold": True, "text_wrap": True}), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    written = 0
    for name, heads, rows in sheets:
        sheet = book.add_worksheet(in_language(name, lang))
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, len(heads) - 1, 16)
        for column, words in enumerate(heads):
            sheet.write_string(0, column, in_language(words, lang), head)
        for number, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                if isinstance(cell, dt.datetime):
                    sheet.write_datetime(number, column, _local(cell), time)
                elif isinstance(cell, str):
                    sheet.write_string(number, column, cell)
                elif cell is not None:
                    sheet.write_number(number, column, cell)
            written += 1
    book.close()
    return written


def _write_csv(file: IO[bytes], sheets: Sequence[Sheet], lang: str) -> int:
    # The mark at the beginning tells spreadsheets that it is UTF-8.
    text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
    writer, written = csv.writer(text), 0
    several = len(sheets) > 1
    for nth, (name, heads, rows) in enumerate(sheets):
        lead = [harmless(in_language(name, lang))] if several else []
        if nth == 0:
            writer.writerow([*(in_language(one, lang) for one in ((Words("维度", "By"), *heads) if several else heads))])
        for row in rows:
            writer.writerow([*lead, *(_csv_cell(cell) for cell in row)])
            written += 1
    text.detach()
    return written


def _csv_cell(cell: Cell) -> str | int | float:
    if cell is None:
        return ""
    if isinstance(cell, dt.datetime):
        return f"{_local(cell):%Y-%m-%d %H:%M:%S}"
    return harmless(cell)


def _local(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(SHANGHAI).replace(tzinfo=None, microsecond=0)
