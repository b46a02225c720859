"""The board: closed to those without one, light, and every figure leads to the list that it counts."""

import datetime as dt
import re

import pytest

from service.hub.accounts import add_user
from service.hub.reconcile import reconcile_days
from tests.web.conftest import text_of, wire_bytes
from tests.web.test_desk import PASSWORD, sign_in

PEOPLE = {"centre": "centre", "room": "331081104.command", "social": "331081104.social", "labour": "labour", "auditor": "centre"}


@pytest.fixture
def staff(site):
    site.people = {}
    return site


def look(site, name, path="/desk/board", **headers):
    """What somebody sees; they get an account and sign in when they are first asked for."""
    if name not in site.people:
        add_user(site.hub, name, PASSWORD, PEOPLE[name], role="auditor" if name == "auditor" else "")
        site.people[name] = site.client()
        sign_in(site.people[name], name)
    return site.people[name].get(path, headers=headers)


def file(site, scene="general", **changes):
    site.client().post(site.path(scene), data=site.sample(scene, **changes))


def test_the_board_is_closed_to_those_who_are_not_signed_in(client):
    assert client.get("/desk/board").location.startswith("/desk/login")


@pytest.mark.parametrize(("name", "status"), [("centre", 200), ("auditor", 200), ("room", 200), ("social", 403), ("labour", 403)])
def test_the_centre_an_auditor_and_a_command_room_have_a_board(staff, name, status):
    assert look(staff, name).status_code == status


def test_figures_say_what_came_in_and_lead_to_it_in_the_words_of_the_queue(staff):
    file(staff)
    file(staff, "wage")
    html = text_of(look(staff, "centre"))
    assert "新河镇最多：2 件，占 100%" in html
    assert "11 月 24 日最多，2 件" in html
    assert "/desk?from=2026-11-01&amp;to=2026-11-24&amp;township=331081104000&amp;tab=all" in html
    assert "scene=wage" in html and "还没有办结的件" in html


def test_a_command_room_sees_its_own_area_whatever_the_address_asks_for(staff):
    file(staff)
    file(staff, "wage", township_id="331081100000", village_id="")
    for query in ("", "?township=331081100000"):
        html = text_of(look(staff, "room", "/desk/board" + query))
        assert "新河镇最多：1 件" in html and "泽国镇" not in re.sub(r"<select.*?</select>", "", html, flags=re.S)


def test_sealed_cases_are_in_no_figure_and_a_few_are_not_even_counted(staff):
    file(staff, "campus", minor_involved="true")
    html = text_of(look(staff, "centre"))
    assert "少于 5 件" in html and "这段时间没有收到件" in html
    for query in ("?scene=campus", "?township=331081104000"):
        assert "少于" not in text_of(look(staff, "centre", "/desk/board" + query))
    assert "少于" not in text_of(look(staff, "room"))


@pytest.mark.parametrize("query", ["from=2026-13-01&to=x", "from=2026-11-24&to=2026-11-01", "scene=%00&unit='&township=1", "from=1&to=9999-12-31"])
def test_nonsense_in_the_address_asks_nothing(staff, query):
    assert "2026-11-01 至 2026-11-24" in text_of(look(staff, "centre", "/desk/board?" + query))


def test_what_is_late_or_under_way_too_long_stands_on_the_board(staff):
    file(staff)
    later = staff.hub.clock().replace(day=27)
    object.__setattr__(staff.hub, "clock", lambda: later)
    html = text_of(look(staff, "centre"))
    assert "1 件交办超过 45 秒还没到承办单位" in html
    assert "正在超时" in html and "新河镇社会发展服务办公室" in html
    assert "放假安排只公布到 2026-12-31" in html


def test_a_day_that_does_not_balance_stands_on_the_board_with_its_cases(staff):
    file(staff)
    with staff.hub.store.write() as tx:
        case_no = tx.exec_driver_sql("SELECT case_no FROM cases").scalar()
        tx.exec_driver_sql("UPDATE cases SET assigned_at = NULL")
    tomorrow = staff.hub.clock() + dt.timedelta(days=1)
    object.__setattr__(staff.hub, "clock", lambda: tomorrow)
    reconcile_days(staff.hub)
    html = text_of(look(staff, "centre"))
    assert "2026-11-24 的对账不平" in html and "每一件都已交办，或在待核区：1 ≠ 0 + 0" in html
    assert f'href="/desk/case/{case_no}"' in html
    assert "对账不平" not in text_of(look(staff, "room"))


def test_the_page_is_light_in_both_languages(staff):
    for scene in ("general", "wage", "medins", "shelter"):
        file(staff, scene)
    for query in ("", "?lang=en", "?from=2026-01-01&to=2026-11-24"):
        answer = look(staff, "centre", "/desk/board" + query, **{"Accept-Encoding": "br"})
        assert answer.status_code == 200 and wire_bytes(answer) < 40_000


def test_figures_and_cases_can_be_taken_away_by_those_who_may(staff):
    file(staff)
    for name, media in (("cases.csv", "text/csv; charset=utf-8"), ("figures.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")):
        answer = look(staff, "centre", f"/desk/board/{name}")
        assert (answer.status_code, answer.content_type) == (200, media)
        assert answer.headers["Content-Disposition"].startswith("attachment; filename=gonzhi-")
    assert look(staff, "auditor", "/desk/board/cases.csv").status_code == 403
    assert look(staff, "centre", "/desk/board/users.csv").status_code == 404
