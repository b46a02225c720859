"""A year of cases through make-up days, midnights, month ends and the unpublished next year, held against another's count.

Every deadline, every alert level and every figure of the board is compared with what ``tests/parts/counting.py`` counts
minute by minute and ``tests/parts/year.py`` writes down by hand.
"""

import datetime as dt

import pytest
import sqlalchemy as sa

from gonzhi_code.calendars import Calendar, SpecialDay
from service.hub.alerts import firm_up, run_alerts
from service.hub.board import Asked, board
from service.hub.context import build_hub
from service.hub.outbox import Worker
from service.hub.wakeup import Sleeper
from service.store import Store, cases, migrate
from service.store.tables import cases as case_table
from service.store.tables import clocks as clock_table
from tests.parts.counting import BEGIN, DAY, Office
from tests.parts.year import OWED, Year, at, figures, minute_of

from .conftest import StandingClock, settings_for
from .desks import centre, row_of

CASES = 200
LAST_DAY = dt.date(2026, 12, 31)
# The last minute before midnight and the first after, month ends, eves of holidays, and weekends that are worked instead.
EDGES = (
    (1, 1, 0, 0), (1, 4, 11, 29), (1, 31, 23, 59), (2, 14, 16, 39), (2, 13, 16, 40), (2, 28, 8, 0), (3, 31, 16, 41), (4, 30, 17, 0),
    (5, 9, 13, 39), (5, 31, 23, 59), (6, 1, 0, 0), (6, 30, 17, 0), (8, 31, 16, 45), (9, 20, 10, 0), (9, 30, 16, 59), (9, 30, 23, 59),
    (10, 1, 0, 0), (10, 10, 9, 0), (10, 31, 12, 0), (11, 30, 23, 59), (12, 24, 16, 40), (12, 28, 9, 0), (12, 30, 16, 39), (12, 31, 23, 59),
)  # fmt: skip


class Simulated:
    """The hub after its year, and the book."""

    def __init__(self, folder):
        (folder / "var").mkdir()
        url = f"sqlite:///{folder}/year.sqlite"
        store = Store.open(url)
        migrate(store)
        self.clock = StandingClock(at(0))
        self.hub = build_hub(settings_for(folder, url), self.clock, store=store)
        object.__setattr__(self.hub, "sleep", lambda seconds: None)
        self.sleeper = Sleeper(folder / "var")
        worker = Worker(self.hub, {}, self.sleeper)
        self.year = Year(self.hub, self.clock, worker.run_until_empty, Office(), seed=20261124)
        self.book = self.year.book
        self.differences, self.compared, self.levels = [], 0, set()

    def close(self):
        self.sleeper.close()
        self.hub.close()

    def script(self):
        for month, day, hour, minute in EDGES:
            self.year.later(minute_of(2026, month, day, hour, minute), self.year.report)
        for _ in range(CASES - len(EDGES)):
            self.year.later(self.year.chance.randrange(365 * DAY), self.year.report)

    def compare_clocks(self, now):
        """Hold every running clock of every open case against the book."""
        self.clock.now = at(now)
        run_alerts(self.hub)
        found = {one.case_no: {} for one in self.book.entries.values()}
        running = sa.select(case_table.c.case_no, clock_table).join(case_table, case_table.c.id == clock_table.c.case_id)
        with self.hub.store.read() as tx:
            for row in tx.execute(running.where(clock_table.c.met_at.is_(None), clock_table.c.key.in_(OWED))):
                found[row.case_no][row.key] = (row.due_at.replace(microsecond=0), row.alert_level)
            states = dict(tx.execute(sa.select(case_table.c.case_no, case_table.c.state)).all())
        for one in self.book.entries.values():
            owed = {key: clock for key, clock in one.running.items() if key in OWED}
            wanted = {key: (at(clock.due).replace(microsecond=0), self.book.level(clock, now)) for key, clock in owed.items()}
            self.compared += len(wanted)
            self.levels |= {level for _, level in wanted.values()}
            if found[one.case_no] != wanted or states[one.case_no] != one.state:
                self.differences.append((at(now), one.case_no, states[one.case_no], one.state, found[one.case_no], wanted))

    def live(self):
        self.script()
        week = 0
        for now in self.year.live(365 * DAY + 40 * DAY):
            if now >= week * 5 * DAY:
                # Off the beat of the events, so that levels are looked at in the middle of the day and of the night.
                self.compare_clocks(now)
                week += 1


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    """A year, lived once for all tests of this module."""
    simulated = Simulated(tmp_path_factory.mktemp("year"))
    simulated.live()
    yield simulated
    simulated.close()


def test_every_deadline_and_every_alert_level_is_what_another_counts(lived):
    assert lived.differences == []
    assert lived.compared > 500 and lived.levels == {0, 1, 2, 3, 4}


def test_the_year_had_everything_in_it(lived):
    entries = lived.book.entries.values()
    assert len(entries) == CASES
    assert sum(one.reopened for one in entries) >= 5 and sum(one.returned for one in entries) >= 10
    assert {one.state for one in entries} >= {"closed", "acknowledged", "in_handling"}
    with lived.hub.store.read() as tx:
        assert tx.exec_driver_sql("SELECT count(*) FROM extensions WHERE state = 'granted'").scalar() >= 10
        assert tx.exec_driver_sql("SELECT count(*) FROM moves WHERE action = 'rework'").scalar() >= 5
        assert tx.exec_driver_sql("SELECT count(*) FROM clock_runs WHERE provisional").scalar() >= 1


SPANS = [(dt.date(2026, month, 1), (dt.date(2026, month + 1, 1) if month < 12 else dt.date(2027, 1, 1)) - dt.timedelta(days=1)) for month in range(1, 13)]
SPANS += [(BEGIN, LAST_DAY), (dt.date(2026, 2, 14), dt.date(2026, 2, 14)), (dt.date(2026, 9, 30), dt.date(2026, 10, 10))]


@pytest.mark.parametrize("span", SPANS, ids=lambda span: f"{span[0]}..{span[1]}")
def test_the_figures_of_the_board_are_what_another_counts(lived, span):
    now = (lived.clock.now - at(0)).total_seconds() / 60
    told = board(lived.hub, centre(lived.hub), Asked(*span))
    first, last = ((day - BEGIN).days * DAY for day in span)

    def in_span(one):
        return first <= one.reported < last + DAY

    wanted = figures(lived.book, now, in_span)
    assert {name: told.total[name] for name in wanted} == wanted
    assert wanted["received"] or span[0] == span[1]
    for lines, of in ((told.townships, lambda one: one.town), (told.scenes, lambda one: one.scene)):
        for line in lines:
            part = figures(lived.book, now, lambda one, line=line, of=of: in_span(one) and of(one) == line.id)
            assert {name: line[name] for name in part} == part


def test_a_case_is_as_late_as_its_clocks(lived):
    for one in lived.book.entries.values():
        if one.scene == "general" and one.state != "closed":
            lived_level = row_of(lived.hub, one.case_no)["alert_level"]
            now = (lived.clock.now - at(0)).total_seconds() / 60
            run_alerts(lived.hub)
            wanted = max((lived.book.level(clock, now) for key, clock in one.running.items() if key in OWED), default=0)
            assert row_of(lived.hub, one.case_no)["alert_level"] == wanted, lived_level


def test_nobody_was_reminded_or_supervised_twice_of_one_thing(lived):
    with lived.hub.store.read() as tx:
        doubled = "SELECT case_id, clock_key, kind, text FROM supervisions GROUP BY case_id, clock_key, kind, text, at HAVING count(*) > 1"
        assert tx.exec_driver_sql(doubled).all() == []
        for kind in ("reminder", "supervision"):
            assert tx.exec_driver_sql(f"SELECT count(*) FROM supervisions WHERE kind = '{kind}'").scalar() > 20
        late = "SELECT case_id FROM notices WHERE kind = 'late' GROUP BY dedupe_key HAVING count(*) > 1"
        assert tx.exec_driver_sql(late).all() == []


def test_when_the_next_year_is_published_its_deadlines_are_counted_again(lived):
    off = [dt.date(2027, 1, day) for day in (1, 2, 3, 4)]
    notice = dict.fromkeys(off, False) | {dt.date(2027, 1, 9): True}
    days = [SpecialDay(day, "元旦", not worked) for day, worked in notice.items()]
    old = lived.hub.county.calendar
    published = {2026: [day for day in old._special.values() if day.date.year == 2026], 2027: days}
    county = lived.hub.county
    object.__setattr__(county, "calendar", Calendar(published, old.hours))
    try:
        office = Office(notice)
        with lived.hub.store.read() as tx:
            query = "SELECT count(*) FROM clocks WHERE met_at IS NULL AND provisional AND key IN ('acknowledge', 'handle', 'review')"
            waiting = tx.exec_driver_sql(query).scalar()
        firm_up(lived.hub)
        with lived.hub.store.read() as tx:
            assert tx.exec_driver_sql(query).scalar() == 0
        assert waiting and office.worked != lived.book.office.worked
        for one in lived.book.entries.values():
            for key, clock in one.running.items():
                if key in OWED and one.state != "closed" and clock.kind == "working_days" and at(clock.due).year == 2027:
                    _recounted(lived, office, one, key, clock)
    finally:
        object.__setattr__(county, "calendar", old)


def _recounted(lived, office, one, key, clock):
    row = row_of(lived.hub, one.case_no)
    with lived.hub.store.read() as tx:
        (found,) = [each for each in cases.clocks_of(tx, row["id"]) if each["key"] == key]
        query = f"SELECT working_days FROM extensions WHERE case_id = {row['id']} AND clock_key = '{key}'"
        more = [days for (days,) in tx.exec_driver_sql(query)] if row["extension_count"] else []
    due = office.working_days(clock.start, one.spans[key][0])
    for days in more:
        due = office.working_days(due, days)
    assert found["due_at"] == at(due) and not found["provisional"]
