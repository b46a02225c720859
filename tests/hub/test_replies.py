"""What reporters send back by SMS: read with care, done once, and nothing lost."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from gonzhi_code.cases import State
from service.hub.grade_words import read_grade
from service.hub.letters import ask_reporter, letters_of
from service.hub.noticing import Noticing
from service.hub.replies import Reply, plain_phone, reply_purpose, take_reply
from service.hub.telling import tell
from service.notify.file import FileChannel
from service.store import cases, notices, ratings

from .desks import bring, centre, do, holder, row_of, send

PHONE = "13857612345"


@pytest.fixture
def database_url(sqlite_url):
    """One engine is enough for what is decided here; the contract tests of the store hold both to the same."""
    return sqlite_url


@pytest.fixture
def deliver(hub, tmp_path):
    """Sends every notice that waits."""
    return Noticing(hub, FileChannel(tmp_path / "sms")).run_due


@pytest.fixture
def closed(hub, deliver):
    """A case that was closed, whose reporter had the result by SMS."""
    case_no = bring(hub, send(hub, reporter_phone=PHONE), State.CLOSED)
    deliver()
    return case_no


def reply(hub, text, key="1", phone=PHONE):
    return take_reply(hub, Reply("aliyun", key, phone, text))


def rating_of(hub, case_no):
    with hub.store.read() as tx:
        return [(one["grade"], one["channel"]) for one in ratings.ratings_of(tx, row_of(hub, case_no)["id"])]


def words_of(hub, case_no):
    with hub.store.read() as tx:
        return [(one.kind, one.text) for one in letters_of(hub, tx, row_of(hub, case_no))]


@pytest.mark.parametrize(
    ("text", "grade", "said"),
    [
        ("5", 5, ""),
        (" ５ ", 5, ""),
        ("5。", 5, ""),
        ("【5】", 5, ""),
        ("5分", 5, ""),
        ("4星", 4, ""),
        ("五", 5, ""),
        ("5 非常满意", 5, ""),
        ("5非常满意，谢谢", 5, "谢谢"),
        ("2不满意 水泵还响", 2, "水泵还响"),
        ("非常满意", 5, ""),
        ("不满意。", 2, ""),
        ("非常不满意", 1, ""),
        ("评价5", 5, ""),
        ("回复：4", 4, ""),
        ("1 根本没修", 1, "根本没修"),
        ("1，根本没修", 1, "根本没修"),
    ],
)
def test_a_grade_is_read_however_it_is_typed(text, grade, said):
    assert read_grade(text) == (grade, said)


@pytest.mark.parametrize(
    "text",
    [
        "", "6", "0", "55", "5 非常不满意", "1非常满意", "5号楼还漏水", "5 号楼还漏水", "3楼", "2天了还没来", "1到5都行", "1-5", "4、5", "1根本没修",
        "三天了", "谢谢", "水泵又响了", "满意度5", "一直没修",
    ],
)  # fmt: skip
def test_what_may_mean_something_else_is_no_grade(text):
    assert read_grade(text) is None


@pytest.mark.parametrize("phone", [PHONE, f"86{PHONE}", f"+86{PHONE}", f"0086{PHONE}", "138 5761-2345"])
def test_a_number_is_read_however_the_provider_writes_it(phone):
    assert plain_phone(phone) == PHONE


def test_a_reply_of_one_to_five_rates_the_case_that_the_sms_was_about(hub, closed):
    assert reply(hub, "5 非常满意", phone=f"+86{PHONE}") == "rated"
    assert rating_of(hub, closed) == [(5, "sms")]


def test_a_bad_grade_by_sms_takes_the_case_up_again_one_level_up(hub, closed):
    assert reply(hub, "1 根本没修") == "rated"
    row = row_of(hub, closed)
    assert (row["state"], row["reopen_count"], row["grade"]) == ("accepted", 1, 1)
    assert (row["tier"], row["handler"]) == ("platform", "")


def test_the_same_push_again_is_done_once(hub, closed):
    assert [reply(hub, "5", key="7"), reply(hub, "5", key="7")] == ["rated", "rated"]
    assert rating_of(hub, closed) == [(5, "sms")]


def test_a_crash_between_keeping_and_doing_is_mended_by_the_next_push(hub, closed):
    key = "aliyun:7"
    row = {"provider_key": key, "case_id": row_of(hub, closed)["id"], "phone_index": hub.sealer.blind("phone", PHONE), "blob": b"\x00", "outcome": "new", "received_at": hub.clock()}
    with hub.store.write() as tx:
        notices.add_reply(tx, row)
    assert reply(hub, "4", key="7") == "rated" and rating_of(hub, closed) == [(4, "sms")]


@pytest.mark.parametrize("text", ["5", "1", "水泵又响了"])
def test_a_crash_after_doing_and_before_noting_does_nothing_a_second_time(hub, closed, clock, deliver, text):
    clock.move(hours=1)
    newer = bring(hub, send(hub, reporter_phone=PHONE), State.CLOSED if len(text) == 1 else State.ASSIGNED)
    deliver()
    first = reply(hub, text, key="7")
    with hub.store.write() as tx:
        notices.settle_reply(tx, "aliyun:7", "new")
    clock.move(minutes=1)
    send(hub, reporter_phone=PHONE)
    assert reply(hub, text, key="7") == first == ("rated" if len(text) == 1 else "added")
    assert rating_of(hub, closed) == [] and len(rating_of(hub, newer)) + len(words_of(hub, newer)) == 1


def test_the_same_push_twice_at_once_rates_one_case(hub, closed, clock, deliver):
    clock.move(hours=1)
    newer = bring(hub, send(hub, reporter_phone=PHONE), State.CLOSED)
    deliver()
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda _number: reply(hub, "4", key="7"), range(4))) == {"rated"}
    assert (rating_of(hub, newer), rating_of(hub, closed)) == ([(4, "sms")], [])


def test_of_two_results_the_newest_is_rated_first_and_a_third_grade_finds_nothing(hub, closed, clock, deliver):
    clock.move(hours=1)
    second = bring(hub, send(hub, reporter_phone=PHONE), State.CLOSED)
    deliver()
    assert reply(hub, "5", key="1") == "rated" and (rating_of(hub, second), rating_of(hub, closed)) == ([(5, "sms")], [])
    assert reply(hub, "4", key="2") == "rated" and rating_of(hub, closed) == [(4, "sms")]
    assert reply(hub, "1", key="3") == "no_rating"
    assert row_of(hub, second)["state"] == row_of(hub, closed)["state"] == "closed"


def test_a_grade_from_a_telephone_that_got_no_result_is_kept_for_a_person(hub, closed):
    assert reply(hub, "5", phone="13900000000") == "unmatched"
    assert rating_of(hub, closed) == []


def test_other_words_join_the_open_case_sealed(hub, deliver):
    case_no = send(hub, reporter_phone=PHONE)
    assert reply(hub, "水泵又响了，电话13857612345") == "added"
    assert words_of(hub, case_no) == [("addition", "水泵又响了，电话13857612345")]
    with hub.store.read() as tx:
        kept = notices.find_reply(tx, "aliyun:1")
    assert "水泵".encode() not in kept["blob"] and PHONE.encode() not in kept["blob"] and kept["case_id"] == row_of(hub, case_no)["id"]
    assert json.loads(hub.sealer.open(reply_purpose("aliyun:1"), kept["blob"])) == {"phone": PHONE, "text": "水泵又响了，电话13857612345"}
    reply(hub, "水泵又响了，电话13857612345")
    assert len(words_of(hub, case_no)) == 1


def test_an_answer_goes_to_the_case_that_asked_though_a_newer_one_is_open(hub, deliver, clock):
    asked = bring(hub, send(hub, reporter_phone=PHONE), State.IN_HANDLING)
    ask_reporter(hub, holder(hub, asked), asked, "几点最响？")
    deliver()
    clock.move(minutes=5)
    newer = send(hub, reporter_phone=PHONE)
    assert reply(hub, "晚上十点到十二点") == "added"
    assert words_of(hub, asked)[-1] == ("reply", "晚上十点到十二点") and words_of(hub, newer) == []


def test_a_word_that_ends_advertising_is_listed_and_ends_nothing_here(hub, closed):
    assert {reply(hub, text, key=text) for text in ("TD", "td。", "退订", "T")} == {"stop_word"} and words_of(hub, closed) == []


def test_words_after_the_end_are_kept_with_their_case_for_a_person(hub, closed):
    assert reply(hub, "还没修好！") == "unmatched"
    with hub.store.read() as tx:
        (kept,) = notices.list_replies(tx, ["unmatched"])
    assert kept["case_id"] == row_of(hub, closed)["id"]


def test_the_reporter_of_a_merged_case_rates_by_sms_too(hub, deliver):
    main, other = send(hub), send(hub, reporter_phone=PHONE)
    with hub.store.write() as tx:
        row, first = row_of(hub, other), row_of(hub, main)
        cases.change_case(tx, row["id"], row["version"], {"main_case_id": first["id"], "state": "merged"})
    bring(hub, main, State.CLOSED)
    deliver()
    assert reply(hub, "3") == "rated" and rating_of(hub, other) == [(3, "sms")]


def test_a_question_is_told_to_the_one_who_was_asked(hub):
    main, other = send(hub), send(hub, reporter_phone=PHONE)
    with hub.store.write() as tx:
        row, first = row_of(hub, other), row_of(hub, main)
        cases.change_case(tx, row["id"], row["version"], {"main_case_id": first["id"], "state": "merged"})
        assert tell(hub, tx, row_of(hub, main), "question", 1) == 1
        assert tell(hub, tx, row_of(hub, main), "late", 1) == 2


def test_the_result_is_told_when_the_review_closed_it_and_not_before(hub, deliver):
    case_no = bring(hub, send(hub, reporter_phone=PHONE), State.RESOLVED)
    deliver()
    assert reply(hub, "5", key="1") == "unmatched"
    do(hub, centre(hub, "closer"), case_no, "close")
    deliver()
    assert reply(hub, "5", key="2") == "rated"
