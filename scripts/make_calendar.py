"""Write calendar-YYYY.json of a county folder from the ``chinesecalendar`` package.

The facts are the State Council's yearly notices on public holidays (国务院办公厅关于部分节假日安排的通知). A year the package does not
know is not written: an unpublished year must stay unknown.

    python scripts/make_calendar.py gonzhi_code/counties/wenling 2024 2025 2026
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path

import chinese_calendar

NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
}


def differing_days(year: int) -> list[dict[str, object]]:
    day, days = dt.date(year, 1, 1), []
    while day.year == year:
        off, name = chinese_calendar.get_holiday_detail(day)
        if name is not None or off != (day.weekday() >= 5):
            days.append({"name": NAMES.get(name, "调休"), "date": day.isoformat(), "isOffDay": bool(off)})
        day += dt.timedelta(days=1)
    return days


def main() -> None:
    folder = Path(sys.argv[1])
    for year in map(int, sys.argv[2:]):
        days = differing_days(year)
        lines = ",\n".join("    " + json.dumps(day, ensure_ascii=False) for day in days)
        source = "国务院办公厅关于" + str(year) + "年部分节假日安排的通知"
        text = '{\n  "year": %d,\n  "source": "%s",\n  "days": [\n%s\n  ]\n}\n' % (year, source, lines)
        (folder / f"calendar-{year}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
