"""Words between desk and reporter: sealed, each once, read by those who may, and without a telephone."""

import pytest

from gonzhi_code.cases import State
from service.hub import letters as hub_letters
from service.hub.handling import Given, Incomplete, NotAllowed
from service.hub.letters import (
    MOST_FROM_REPORTER,
    add_words,
    answer_question,
    ask_reporter,
    letters_for_reporter,
    letters_of,
    mark_read,
    may_read,
    note,
    open_question,
)
from service.store import letters, notices

from .desks import ROOM, bring, centre, clocks_of, do, holder, person, room, row_of, send


@pytest.fixture
def database_url(sqlite_url):
    return sqlite_url


@pytest.fixture
def case_no(hub):
    return send(hub)


def all_letters(hub, case_no):
    with hub.store.read() as tx:
        return letters_of(hub, tx, row_of(hub, case_no))


def for_reporter(hub, case_no):
    with hub.store.read() as tx:
        return letters_for_reporter(hub, tx, row_of(hub, case_no))


def test_a_question_is_asked_read_and_answered(hub, case_no, clock):
    version = row_of(hub, case_no)["version"]
    ask_reporter(hub, holder(hub, case_no), case_no, "水泵是哪一台？")
    assert open_question(for_reporter(hub, case_no)).text == "水泵是哪一台？"
    clock.move(hours=1)
    answer_question(hub, case_no, "东边那台", "answer-00000001")
    kinds = [(one.kind, one.text, one.read_at) for one in all_letters(hub, case_no)]
    assert kinds == [("question", "水泵是哪一台？", None), ("reply", "东边那台", None)]
    assert open_question(for_reporter(hub, case_no)) is None
    assert mark_read(hub, holder(hub, case_no), case_no) == 1 and mark_read(hub, holder(hub, case_no), case_no) == 0
    assert mark_read(hub, room(hub), case_no) == 0
    assert row_of(hub, case_no)["version"] == version
    with hub.store.read() as tx:
        assert [one["kind"] for one in notices.notices_of(tx, row_of(hub, case_no)["id"])] == ["question"]


def test_the_same_form_twice_is_one_letter(hub, case_no):
    first = add_words(hub, case_no, "晚上更响", "add-00000001")
    assert add_words(hub, case_no, "晚上更响", "add-00000001") == first
    assert add_words(hub, case_no, "晚上更响", "add-00000002") != first
    assert add_words(hub, case_no, "没有编号", "") == add_words(hub, case_no, "没有编号", "")
    unit = holder(hub, case_no)
    assert note(hub, unit, case_no, "已打电话", "note-1") == note(hub, unit, case_no, "已打电话", "note-1")
    assert ask_reporter(hub, unit, case_no, "几点？", "q-1") == ask_reporter(hub, unit, case_no, "几点？", "q-1")
    assert len(all_letters(hub, case_no)) == 5


def test_words_lie_sealed_in_the_store(hub, case_no):
    add_words(hub, case_no, "我是赵大明", "add-00000001")
    note(hub, holder(hub, case_no), case_no, "赵大明是老户")
    with hub.store.read() as tx:
        kept = letters.letters_of(tx, [row_of(hub, case_no)["id"]])
    assert not any("赵大明".encode() in one["blob"] or "赵大明" in repr(one) for one in kept)


def test_the_reporter_reads_no_note_and_nothing_of_another_reporter(hub):
    main, other = send(hub), bring(hub, send(hub), State.ACCEPTED)
    do(hub, room(hub, "other"), other, "merge", Given(main_case_no=main))
    note(hub, holder(hub, main), main, "内部")
    add_words(hub, main, "我的话", "add-00000001")
    add_words(hub, other, "另一个人的话", "add-00000002")
    assert [one.text for one in for_reporter(hub, main)] == ["我的话"]
    assert [one.text for one in for_reporter(hub, other)] == ["另一个人的话"]
    assert [(one.text, one.case_no) for one in all_letters(hub, main)] == [("内部", main), ("我的话", main), ("另一个人的话", other)]


def test_only_who_has_the_case_asks_and_nobody_once_it_is_over(hub, case_no):
    for who, reason in ((person(hub, "labour"), "no_case"), (person(hub, "centre", "auditor"), "no_verb"), (room(hub), "not_holder")):
        with pytest.raises(NotAllowed, match=reason):
            ask_reporter(hub, who, case_no, "请问？")
    ask_reporter(hub, centre(hub), case_no, "请问？")
    over = bring(hub, send(hub), State.CLOSED)
    for call in (lambda: ask_reporter(hub, centre(hub), over, "请问？"), lambda: add_words(hub, over, "还有", "add-00000003")):
        with pytest.raises(NotAllowed, match="over"):
            call()
    with pytest.raises(NotAllowed, match="no_case"):
        add_words(hub, "2222-2222", "有人吗", "add-00000004")


@pytest.mark.parametrize("text", ["", "  \n", "长" * 1001])
def test_what_is_no_letter_is_told_at_its_field(hub, case_no, text):
    for call in (
        lambda: add_words(hub, case_no, text, "add-1"), lambda: note(hub, holder(hub, case_no), case_no, text),
        lambda: ask_reporter(hub, holder(hub, case_no), case_no, text),
    ):  # fmt: skip
        with pytest.raises(Incomplete) as told:
            call()
        assert set(told.value.errors) == {"text"}


def test_a_reporter_cannot_fill_the_desk(hub, case_no, monkeypatch):
    monkeypatch.setattr(hub_letters, "MOST_FROM_REPORTER", 3)
    for number in range(3):
        add_words(hub, case_no, "还有", f"add-{number}")
    with pytest.raises(NotAllowed, match="too_many"):
        add_words(hub, case_no, "还有", "add-4")
    assert len(all_letters(hub, case_no)) == 3 and MOST_FROM_REPORTER > 3


def test_of_a_protected_case_only_its_lead_reads_what_the_reporter_wrote(hub):
    row = row_of(hub, send(hub, "medins"))
    assert may_read(hub, person(hub, "health_insurance"), row)
    assert not may_read(hub, centre(hub), row) and not may_read(hub, person(hub, ROOM, "township"), row)
    assert may_read(hub, centre(hub), row_of(hub, send(hub)))


def test_a_word_to_a_real_name_reporter_of_fraud_meets_the_clock_that_asks_for_it(hub, clock):
    person_known = {"reporter_mode": "real", "reporter_name": "李某", "reporter_phone": "13700137000", "want_reward": "no"}
    case_no = bring(hub, send(hub, "medins", **person_known), State.IN_HANDLING)
    before = clocks_of(hub, case_no)
    ask_reporter(hub, holder(hub, case_no), case_no, "已立案，进展会再告知。")
    assert before["statutory.tell"]["met_at"] is None
    assert clocks_of(hub, case_no)["statutory.tell"]["met_at"] == clock()
