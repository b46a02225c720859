"""Whose figures somebody sees, and with which span they are compared."""

import datetime as dt

import pytest

from service.hub.board import DAYS_EACH, Asked, NotForThem, board, read_asked, which
from service.hub.permissions import Verb

from .desks import ROOM, SAFETY, SOCIAL, XINHE, centre, do, holder, person, room, send


def day(text):
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("span", "former"),
    [
        (("2026-11-01", "2026-11-24"), ("2026-10-01", "2026-10-24")),
        (("2026-11-01", "2026-11-30"), ("2026-10-01", "2026-10-31")),
        (("2026-03-01", "2026-03-30"), ("2026-02-01", "2026-02-28")),
        (("2026-11-23", "2026-11-24"), ("2026-11-21", "2026-11-22")),
        (("2026-01-01", "2026-11-24"), ("2025-02-07", "2025-12-31")),
    ],
)
def test_a_span_is_compared_with_the_one_before(span, former):
    before = Asked(day(span[0]), day(span[1])).former()
    assert (before.first, before.last) == (day(former[0]), day(former[1]))


def test_without_a_span_it_is_the_month_so_far_and_never_more_than_a_year(hub):
    asked = read_asked(hub, {})
    assert (asked.first, asked.last) == (day("2026-11-01"), day("2026-11-24"))
    asked = read_asked(hub, {"from": "2020-01-01", "to": "2026-11-24", "scene": "wage", "unit": "nobody"})
    assert (asked.first, asked.scene, asked.unit) == (day("2025-11-24"), "wage", "")


def test_whose_figures_somebody_sees(hub):
    asked = read_asked(hub, {"township": "331081100000"})
    assert which(hub, centre(hub), asked).township_ids == ("331081100000",)
    assert which(hub, room(hub), asked).township_ids == (XINHE,)
    with pytest.raises(NotForThem):
        which(hub, person(hub, SOCIAL), asked)
    granted = person(hub, "labour", grants=frozenset({Verb.SEE_BOARD.value}))
    assert (which(hub, granted, asked).unit_id, which(hub, granted, asked).township_ids) == ("labour", ("331081100000",))


def test_every_day_of_a_span_has_a_line_and_a_long_span_a_line_a_month(hub):
    send(hub)
    month = board(hub, centre(hub), read_asked(hub, {}))
    assert len(month.days) == 24 and month.days[-1]["received"] == month.total["received"] == 1
    year = board(hub, centre(hub), Asked(day("2026-01-01"), day("2026-11-24")))
    assert [line.id for line in year.days][-2:] == ["2026-10", "2026-11"] and len(year.days) == 11
    assert len(board(hub, centre(hub), Asked(day("2026-09-24"), day("2026-11-24"))).days) == DAYS_EACH


def test_lines_add_up_to_the_whole(hub, clock):
    for scene in ("general", "wage", "shelter"):
        send(hub, scene)
    clock.move(days=20)
    told = board(hub, centre(hub), read_asked(hub, {"from": "2026-11-01", "to": "2026-12-14"}))
    for lines in (told.townships, told.scenes, told.units, told.days):
        for count, number in told.total.counts.items():
            assert sum(line[count] for line in lines) == number
    assert told.total["received"] == 3 and told.total["late"] == 3 and len(told.late) == 3
    assert {one["late_key"] for one in told.late} == {"acknowledge"}
    assert told.total.share("satisfied", "closed") is None and ROOM


def test_who_was_late_stays_late_when_the_case_goes_to_another(hub, clock):
    case_no = send(hub)
    clock.move(days=1)
    do(hub, holder(hub, case_no), case_no, "send_back")
    do(hub, room(hub), case_no, "assign")
    clock.move(minutes=5)
    do(hub, holder(hub, case_no), case_no, "acknowledge")
    told = board(hub, centre(hub), read_asked(hub, {"from": "2026-11-01", "to": "2026-11-25"}))
    assert [(line.name, line.counts) for line in told.punctual] == [
        (hub.county.units[SOCIAL].name, {"acknowledge": (0, 1)}),
        (hub.county.units[SAFETY].name, {"acknowledge": (1, 1)}),
    ]
