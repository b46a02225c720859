"""What is taken away: no person, no formula, nothing of what is protected, and on record."""

import csv
import datetime as dt
import io

import openpyxl
import pytest

from service.hub.board import NotForThem, read_asked
from service.hub.exporting import CASE_HEADS, COUNT_WORDS, export
from service.hub.permissions import Verb
from service.store import audit, figures
from service.store.tables import cases

from .desks import SOCIAL, ZEGUO, centre, person, room, row_of, send


def take(hub, user, kind, form, **args):
    return export(hub, user, read_asked(hub, args), kind, form)


def csv_rows(made):
    return list(csv.reader(io.StringIO(made.file.read().decode("utf-8-sig"), newline="")))


def book(made):
    return openpyxl.load_workbook(io.BytesIO(made.file.read()))


def test_every_count_of_the_board_has_a_head():
    assert len(COUNT_WORDS) == len(figures.COUNTS)


def test_the_list_holds_what_a_clerk_needs_and_no_person(hub, clock):
    case_no = send(hub, "general", reporter_name="赵大爷", reporter_phone="13800138000")
    clock.move(seconds=2)
    made = take(hub, centre(hub), "cases", "xlsx")
    sheet = book(made).active
    head, row = ([cell.value for cell in line] for line in sheet.iter_rows())
    told = dict(zip(head, row, strict=True))
    assert head == [str(words) for words in CASE_HEADS]
    assert (told["编号"], told["场景"], told["镇街"], told["收到"]) == (case_no, "其他诉求", "新河镇", dt.datetime(2026, 11, 24, 10, 0))
    assert made.rows == 1 and made.name == "gonzhi-cases-2026-11-01-2026-11-24.xlsx"
    text = take(hub, centre(hub), "cases", "csv").file.read().decode()
    assert text.startswith("\ufeff编号,") and "赵大爷" not in text and "13800138000" not in text


def test_of_a_protected_or_sealed_case_there_are_number_and_state_and_no_answer_to_a_question_about_it(hub):
    protected, sealed = send(hub, "medins"), send(hub, "campus", minor_involved="true")
    assert {row_of(hub, one)["visibility"] for one in (protected, sealed)} == {"protected", "sealed"}
    assert csv_rows(take(hub, centre(hub), "cases", "csv"))[1:] == [[protected, "已交办"], [sealed, "已交办"]]
    for filters in ({"scene": "medins"}, {"scene": "campus"}, {"township": row_of(hub, sealed)["township_id"]}):
        assert take(hub, centre(hub), "cases", "csv", **filters).rows == 0


EVIL = ("=HYPERLINK(\"http://evil.example\")", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1")


@pytest.mark.parametrize("text", EVIL)
def test_no_cell_is_ever_a_formula(hub, text):
    case_no = send(hub)
    with hub.store.write() as tx:
        tx.execute(cases.update().where(cases.c.case_no == case_no).values(scene_key=text, lead_unit_id=text, source=text[:16]))
    for kind in ("cases", "figures"):
        for sheet in book(take(hub, centre(hub), kind, "xlsx")):
            assert {cell.data_type for line in sheet.iter_rows() for cell in line} <= {"s", "n", "d"}
        written = [cell for row in csv_rows(take(hub, centre(hub), kind, "csv")) for cell in row]
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in written)
        assert any(cell.startswith("'") for cell in written)


def test_figures_are_those_of_the_board_in_every_direction(hub):
    send(hub)
    made = book(take(hub, centre(hub), "figures", "xlsx"))
    assert made.sheetnames == ["合计", "按镇街", "按场景", "按主办单位", "按日期"]
    assert [cell.value for cell in made["按镇街"][2]][:2] == ["新河镇", 1]
    rows = csv_rows(take(hub, centre(hub), "figures", "csv"))
    assert rows[0][:3] == ["维度", "名称", "收到"] and rows[1][:3] == ["合计", "合计", "1"]
    assert {len(row) for row in rows} == {len(figures.COUNTS) + 2}


def test_a_command_room_takes_away_its_own_area(hub):
    mine, other = send(hub), send(hub, township_id=ZEGUO)
    rows = csv_rows(take(hub, room(hub), "cases", "csv", township=ZEGUO))
    assert [row[0] for row in rows[1:]] == [mine] and other != mine


def test_more_than_a_page_of_cases_is_whole(hub, monkeypatch):
    monkeypatch.setattr(figures, "PAGE", 2)
    monkeypatch.setattr(figures.lines, "__defaults__", (0, 2))
    numbers = [send(hub) for _ in range(5)]
    assert [row[0] for row in csv_rows(take(hub, centre(hub), "cases", "csv"))[1:]] == numbers


def test_who_took_what_is_on_record(hub, clock):
    send(hub)
    take(hub, centre(hub, "li"), "cases", "csv", scene="general")
    with hub.store.read() as tx:
        (entry,) = [row for row in audit.recent_audit(tx) if row["action"] == "export"]
    assert (entry["who"], entry["at"]) == ("li", clock.now)
    assert entry["detail"] == {"kind": "cases", "form": "csv", "rows": 1, "from": "2026-11-01", "to": "2026-11-24", "scene": "general"}


@pytest.mark.parametrize("grants", [frozenset(), frozenset({Verb.SEE_BOARD.value})])
def test_who_may_not_take_figures_away_is_refused(hub, grants):
    with pytest.raises(NotForThem):
        take(hub, person(hub, SOCIAL, grants=grants), "cases", "csv")
