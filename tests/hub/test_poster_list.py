"""The list of posters: whose area, by keyset, the dead, the odd with their reasons, the overdue."""

import datetime as dt
from dataclasses import replace

import pytest

from gonzhi_code.spots import Spot
from service.hub.codes import mint
from service.hub.intake import submit
from service.hub.positions import Position
from service.hub.poster_list import Filter, may_list, poster_list, poster_points
from service.hub.posting import Life, Proof, note_step
from service.hub.tampering import report_poster
from service.store.scans import add_scans
from tests.hub.conftest import sample
from tests.hub.test_posting import AUDITOR, CENTRE, GRID, LABOUR, OTHER_TOWN, TOWN

PLACES = ("331081104294", "331081104201", "331081101204", "331081400001")


@pytest.fixture
def hanging(hub):
    """One poster in each place, put up today."""
    codes = [mint(hub, Spot(number, f"点位{number}", place), "general") for number, place in enumerate(PLACES, start=1)]
    for code in codes:
        note_step(hub, CENTRE, code.token, Life.POSTED, Proof(position=Position(121.40, 28.45)))
    return codes


def numbers(page):
    return [one.row["spot_id"] for one in page.rows]


def test_everybody_sees_the_posters_of_their_area(hub, hanging):
    nothing = Filter()
    assert numbers(poster_list(hub, CENTRE, nothing)) == [3, 2, 1, 4]
    assert numbers(poster_list(hub, TOWN, nothing)) == [2, 1]
    assert numbers(poster_list(hub, GRID, nothing)) == [1]
    assert numbers(poster_list(hub, OTHER_TOWN, nothing)) == [3]
    assert numbers(poster_list(hub, TOWN, Filter(township_id="331081101000"))) == []
    assert [may_list(user) for user in (CENTRE, TOWN, GRID, LABOUR, AUDITOR)] == [True, True, True, False, False]


def test_pages_follow_each_other_without_gap_or_repeat(hub, hanging):
    seen, after = [], ""
    while True:
        page = poster_list(hub, CENTRE, Filter(), after, limit=1)
        seen += numbers(page)
        after = page.after
        if not after:
            break
    assert seen == [3, 2, 1, 4]
    assert numbers(poster_list(hub, CENTRE, Filter(), "nonsense")) == seen


def test_the_counts_are_those_of_the_area(hub, hanging):
    note_step(hub, TOWN, hanging[0].token, Life.LOST, Proof())
    page = poster_list(hub, TOWN, Filter())
    assert (page.totals["posted"], page.totals["lost"], page.totals["minted"]) == (1, 1, 0)
    assert page.townships == {"331081104000": {"posted": 1, "lost": 1}}
    assert numbers(poster_list(hub, TOWN, Filter(life="lost"))) == [1]
    assert numbers(poster_list(hub, CENTRE, Filter(scene_key="wage"))) == []
    assert numbers(poster_list(hub, CENTRE, Filter(scene_key="nothing"))) == []


def test_a_poster_that_nobody_scans_is_dead_after_a_while(hub, hanging, clock):
    ids = {row.row["spot_id"]: row.row["id"] for row in poster_list(hub, CENTRE, Filter()).rows}
    assert numbers(poster_list(hub, CENTRE, Filter(only="dead"))) == []
    clock.move(days=31)
    with hub.store.write() as tx:
        add_scans(tx, {(hub.today() - dt.timedelta(days=3), ids[3], "general"): {"opened": 2, "started": 1}})
        # Long ago, and opened for another poster: neither brings one back to life.
        add_scans(tx, {(dt.date(2026, 11, 1), ids[2], "general"): {"opened": 9}})
    page = poster_list(hub, CENTRE, Filter(only="dead"))
    assert numbers(page) == [2, 1, 4] and page.totals["dead"] == 3
    everything = {one.row["spot_id"]: one for one in poster_list(hub, CENTRE, Filter()).rows}
    assert everything[3].scans["opened"] == 2 and not everything[3].dead and everything[1].dead
    assert numbers(poster_list(hub, TOWN, Filter(only="dead"))) == [2, 1]


def test_a_poster_is_due_for_inspection_after_its_ninety_days(hub, hanging, clock):
    clock.move(days=80)
    note_step(hub, CENTRE, hanging[0].token, Life.INSPECTED, Proof())
    clock.move(days=11)
    page = poster_list(hub, CENTRE, Filter(only="overdue"))
    assert numbers(page) == [3, 2, 4] and page.totals["overdue"] == 3 and page.rows[0].overdue


def test_odd_posters_say_why(hub, hanging):
    ids = {row.row["spot_id"]: row.row["id"] for row in poster_list(hub, CENTRE, Filter()).rows}
    for _ in range(1000):
        hub.scan_counts.add((hub.today(), ids[1], "general"), "opened")
    for spot, near, far in ((2, 1, 3), (3, 4, 3)):
        hub.scan_counts.add((hub.today(), ids[spot], "general"), "near") if near else None
        with hub.store.write() as tx:
            add_scans(tx, {(hub.today(), ids[spot], "general"): {"near": near, "far": far}})
    hub.scan_counts.write()
    for number in range(3):
        form = sample("general", township_id="331081100000")
        submit(hub, token_text=hanging[2].token, scene_key=None, form=form, submission_id=f"page-000{number}", address="192.0.2.1", language="zh")
    report_poster(hub, token_text=hanging[3].token, submission_id="page-0009", address="192.0.2.1", language="zh")
    odd = {one.row["spot_id"]: [str(words) for words in one.why] for one in poster_list(hub, CENTRE, Filter(only="odd")).rows}
    assert odd == {
        1: ["一小时打开 1000 次"], 2: ["3 次在 5 公里外扫"], 3: ["3 件说的是别的镇街"], 4: ["1 人说它被动过"],
    }  # fmt: skip
    assert poster_list(hub, CENTRE, Filter()).totals["odd"] == 4
    assert numbers(poster_list(hub, TOWN, Filter(only="odd"))) == [2, 1]


def test_the_map_shows_what_has_a_position(sqlite_hub):
    for number, place in enumerate(PLACES[:2], start=1):
        code = mint(sqlite_hub, Spot(number, f"点位{number}", place), "general")
        note_step(sqlite_hub, CENTRE, code.token, Life.POSTED, Proof(position=Position(121.4, 28.4) if number == 1 else None))
    assert [row["spot_id"] for row in poster_points(sqlite_hub, CENTRE, Filter())] == [1]
    assert poster_points(sqlite_hub, OTHER_TOWN, Filter()) == []
    assert poster_points(sqlite_hub, CENTRE, Filter(only="odd")) == []


def test_a_grid_officer_without_villages_sees_the_township(sqlite_hub):
    mint(sqlite_hub, Spot(1, "点位", PLACES[1]), "general")
    assert numbers(poster_list(sqlite_hub, GRID, Filter())) == []
    assert numbers(poster_list(sqlite_hub, replace(GRID, area_ids=frozenset()), Filter())) == [1]
