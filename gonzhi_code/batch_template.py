"""A sheet to be filled in: the columns, two lines as an example, lists to choose from, and every village of the county."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from .areas import County
from .batch_columns import COLUMNS
from .cells import STAYS_TEXT
from .scenes import all_scenes

_ROWS = 2000  # as many as have lists to choose from
_DAY = dt.datetime(2026, 1, 1)  # the same template is the same file


def write_template(path: Path, county: County) -> None:
    """Write the template of a county as a workbook.

    Raises:
        OSError: it cannot be written.
    """
    from xlsxwriter import Workbook

    villages = sorted(county.villages.values(), key=lambda village: village.id)
    scenes = ["统一码", *(str(scene.title) for scene in all_scenes())]
    first = villages[0] if villages else None
    with Workbook(str(path), STAYS_TEXT) as book:
        book.set_properties({"title": f"{county.name}点位表", "created": _DAY})
        bold, soft = book.add_format({"bold": True, "bottom": 1}), book.add_format({"font_color": "#52606d", "text_wrap": True, "valign": "top"})
        text = book.add_format({"num_format": "@"})
        sheet, places, notes = (book.add_worksheet(name) for name in ("点位", "村社", "说明"))
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(COLUMNS):
            sheet.set_column(place, place, 26 if column.key in ("spot", "subject", "address") else 16, text)
            sheet.write(0, place, column.title, bold)
            sheet.write_comment(0, place, column.note)
            notes.write_row(place, 0, [column.title, "必填" if column.needed else "", column.note], soft)
        notes.set_column(0, 0, 16)
        notes.set_column(2, 2, 60)
        keys = [column.key for column in COLUMNS]
        townships = [township.name for township in county.townships.values()]
        for key, choices in (("scene", scenes), ("township", townships)):
            place = keys.index(key)
            sheet.data_validation(1, place, _ROWS, place, {"validate": "list", "source": choices, "error_type": "warning"})
        if first:
            said = {"township": county.township(first.id).name, "village": first.name, "scene": scenes[0]}
            for row, name in enumerate(("（例）文化礼堂", "（例）便民服务中心"), 1):
                sheet.write_row(row, 0, [name if key == "spot" else said.get(key, "") for key in keys])
        places.write_row(0, 0, ["镇街", "村社", "区划代码"], bold)
        places.set_column(0, 2, 20)
        for row, village in enumerate(villages, 1):
            places.write_row(row, 0, [county.township(village.id).name, village.name, village.id])
