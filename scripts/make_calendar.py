"""Writes ``calendar-YYYY.json`` of a county folder from the package ``chinesecalendar``.

    python scripts/make_calendar.py 2026 gonzhi_code/counties/wenling

The facts are those of the yearly notice of the General Office of the State Council; the package carries them typed in by
hand, and tests/test_calendar.py holds the written files against it day by day. A year whose notice is not named in
``NOTICES`` is refused, so that a guess of the package can never become a county's calendar.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
from pathlib import Path

import chinese_calendar

NOTICES = {
    2024: "国务院办公厅关于2024年部分节假日安排的通知(国办发明电〔2023〕7号)",
    2025: "国务院办公厅关于2025年部分节假日安排的通知(国办发明电〔2024〕12号)",
    2026: "国务院办公厅关于2026年部分节假日安排的通知(国办发明电〔2025〕7号)",
}
# The notices write 清明节, 端午节 and 中秋节 where the package is shorter.
CHINESE = {
    holiday.value: holiday.chinese if holiday.chinese == "元旦" else holiday.chinese.removesuffix("节") + "节"
    for holiday in chinese_calendar.Holiday
}


def calendar_of(year: int) -> dict[str, object]:
    """The contents of one file: every day that the notice names, in order.

    Raises:
        KeyError: the notice of that year is not named here.
    """
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    named = {day: (name, True) for day, name in chinese_calendar.holidays.items() if first <= day <= last}
    named |= {day: (name, False) for day, name in chinese_calendar.workdays.items() if first <= day <= last}
    days = [{"name": CHINESE[name], "date": str(day), "isOffDay": off} for day, (name, off) in sorted(named.items())]
    return {"year": year, "papers": [NOTICES[year]], "days": days}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("year", type=int, choices=sorted(NOTICES), help="a year whose notice is published")
    parser.add_argument("folder", type=Path, help="the county's folder")
    given = parser.parse_args()
    paper = calendar_of(given.year)
    days = paper.pop("days")
    lines = ",\n".join("    " + json.dumps(day, ensure_ascii=False) for day in days)  # type: ignore[attr-defined]
    head = json.dumps(paper, ensure_ascii=False, indent=2)[:-2]
    path = given.folder / f"calendar-{given.year}.json"
    path.write_text(f'{head},\n  "days": [\n{lines}\n  ]\n}}\n', "utf-8")
    print(path)


if __name__ == "__main__":
    main()
