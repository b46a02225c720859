"""The queue: each sees what is theirs, nobody sees a person, protected cases show number and state; numbers fit the lists."""

import datetime as dt

import pytest

from service.hub.extensions import ask_extension, decide_extension
from service.hub.intake import submit
from service.hub.letters import answer_question, ask_reporter, mark_read
from service.hub.queue import arrivals, queue
from service.hub.queue_asked import DESK_TABS, Asked, read_asked
from service.hub.queue_search import read_phone, search
from service.hub.rating import rate
from service.hub.reopening import appeal
from service.store import audit, cases

from .conftest import sample
from .desks import SOCIAL, XINHE, ZEGUO, bring, centre, do, holder, person, room, row_of, send


@pytest.fixture
def database_url(sqlite_url):
    """What the queue asks of the store is tested on both engines in contracts/test_store_queue.py."""
    return sqlite_url


@pytest.fixture
def boss(hub):
    return centre(hub)


def numbers(page):
    return [row.case_no for row in page.rows]


def asked(hub, **args):
    return read_asked(hub, {name.rstrip("_"): value for name, value in args.items()})


def test_the_centre_sees_all_what_is_due_first_on_top_or_what_is_newest(hub, boss, clock):
    sent = []
    for town in (XINHE, ZEGUO, XINHE):
        sent.append(send(hub, township_id=town))
        clock.move(minutes=1)
    assert numbers(queue(hub, boss)) == sent
    assert numbers(queue(hub, boss, Asked(sort="new"))) == sent[::-1]


def test_a_command_room_sees_its_township_only(hub):
    here = send(hub)
    send(hub, township_id=ZEGUO)
    assert numbers(queue(hub, room(hub))) == [here]


def test_a_township_also_sees_the_statistical_unit_it_answers_for(hub):
    east = send(hub, township_id="331081400000")
    owner = hub.county.townships["331081400000"].owner_id
    assert numbers(queue(hub, person(hub, f"{owner[:9]}.command", "township"))) == [east]


def test_a_unit_sees_what_it_leads_or_helps_with(hub):
    case_no = send(hub, "wage")
    send(hub, township_id=ZEGUO)
    row = row_of(hub, case_no)
    theirs = {row["lead_unit_id"], *row["helper_ids"]}
    for unit_id in theirs:
        assert case_no in numbers(queue(hub, person(hub, unit_id)))
    for unit_id in sorted(set(hub.county.units) - theirs)[:10]:
        assert case_no not in numbers(queue(hub, person(hub, unit_id)))


def test_a_protected_case_shows_number_and_state_to_all_but_its_lead_and_the_centre(hub, boss):
    case_no = send(hub, "medins")
    (row,) = queue(hub, room(hub)).rows
    assert (row.case_no, row.state, row.hidden) == (case_no, "assigned", True)
    assert not (row.scene_key or row.lead or row.place or row.summary or row.marks or row.received_at or row.due)
    for seer in (boss, holder(hub, case_no)):
        assert queue(hub, seer).rows[0].scene_key == "medins"


def test_a_filter_on_the_matter_does_not_give_away_what_a_hidden_row_is(hub, boss):
    case_no = send(hub, "medins")
    for filters in ({"scene": "medins"}, {"township": XINHE}, {"unit": row_of(hub, case_no)["lead_unit_id"]}):
        assert numbers(queue(hub, room(hub), asked(hub, **filters))) == [], filters
        assert numbers(queue(hub, boss, asked(hub, **filters))) == [case_no], filters
    assert numbers(queue(hub, room(hub), asked(hub, state="assigned"))) == [case_no]


def test_a_sealed_case_shows_number_and_state_to_everybody_but_named_accounts(hub, boss):
    case_no = send(hub)
    with hub.store.write() as tx:
        row = cases.get_case(tx, case_no)
        cases.change_case(tx, row["id"], row["version"], {"visibility": "sealed"})
    (shown,) = queue(hub, boss).rows
    assert shown.hidden and shown.case_no == case_no and not shown.place and not shown.scene_key
    named = centre(hub, grants=frozenset({"open_sealed"}))
    assert queue(hub, named).rows[0].scene_key == "general"


def test_no_reporter_stands_on_a_list(hub, boss):
    send(hub, reporter_name="赵大明", reporter_phone="13857612345")
    assert "赵大明" not in repr(queue(hub, boss)) and "13857612345" not in repr(queue(hub, boss))


@pytest.mark.parametrize("order", ["late", "new"])
def test_pages_follow_each_other_without_gap_or_repeat(hub, boss, clock, order):
    sent = []
    for number in range(7):
        sent.append(send(hub))
        if number % 2:
            clock.move(seconds=1)
    seen, after = [], None
    for _ in range(4):
        page = queue(hub, boss, Asked(sort=order), after, size=2)
        assert page.total == 7
        seen += numbers(page)
        after = page.after
    assert sorted(seen) == sorted(sent) and len(seen) == 7 and after == ""


@pytest.mark.parametrize("after", ["", "nonsense", "é", "W10.AAAA"])
def test_a_made_up_place_in_the_queue_counts_as_its_beginning(hub, boss, after):
    case_no = send(hub)
    assert numbers(queue(hub, boss, None, after)) == [case_no]


def test_a_place_in_a_list_of_the_other_order_counts_as_its_beginning(hub, boss):
    for _ in range(3):
        send(hub)
    after = queue(hub, boss, Asked(sort="new"), size=1).after
    assert len(queue(hub, boss, Asked(sort="late"), after).rows) == 3


def test_every_tab_holds_what_its_name_says_and_its_number_is_right(hub, boss, clock):
    by_tab = {tab: set() for tab in (*DESK_TABS, "closed")}
    late = send(hub)
    clock.move(days=8)  # a Wednesday: whatever was not acknowledged is late by now
    new, returned, reopened = send(hub), bring(hub, send(hub), "returned"), bring(hub, send(hub), "accepted")
    review, closed = bring(hub, send(hub), "resolved"), bring(hub, send(hub), "closed")
    urgent = submit(
        hub, token_text="https://gz.example.gov.cn/s/TORN", scene_key="general", form=sample("general", township_id=XINHE),
        submission_id="by-a-torn-code", address="1.2.3.4", language="zh",
    ).case_no  # fmt: skip
    do(hub, holder(hub, new), new, "acknowledge")
    by_tab |= {
        "open": {late, new, returned, reopened, urgent}, "new": {late, reopened, urgent}, "late": {late}, "returned": {returned},
        "reopened": {reopened}, "marked": {urgent}, "review": {review}, "closed": {closed},
        "today": {urgent},
    }  # fmt: skip
    page = queue(hub, boss)
    for tab, wanted in by_tab.items():
        found = queue(hub, boss, Asked(tab=tab))
        assert set(numbers(found)) == wanted, tab
        assert found.total == len(wanted), tab
        if tab in DESK_TABS:
            assert page.counts[tab] == len(wanted), tab
    assert numbers(queue(hub, holder(hub, new), Asked(tab="mine"))) == [new]
    assert queue(hub, boss, Asked(tab="all")).total == 7


def test_numbers_follow_the_filters(hub, boss):
    send(hub)
    send(hub, township_id=ZEGUO)
    page = queue(hub, boss, asked(hub, tab="new", township=ZEGUO))
    assert page.total == 1 and page.counts["new"] == 1 and page.counts["open"] == 1


def test_what_is_asked_stands_in_the_address_and_is_read_back(hub):
    args = {
        "tab": "late", "sort": "new", "scene": "wage", "township": XINHE, "unit": "labour", "state": "assigned", "priority": "red",
        "grade": "bad", "marked": "lost", "from": "2026-11-01", "to": "2026-11-30", "late": "1", "returned": "1", "reopened": "1",
        "q": "路灯 坏",
    }  # fmt: skip
    assert read_asked(hub, args).params() == args
    assert read_asked(hub, {}).params() == {}


def test_a_list_drilled_into_from_a_figure_holds_what_is_over_too_unless_a_tab_is_named(hub):
    assert asked(hub, scene="wage").tab == "all"
    assert asked(hub, scene="wage", tab="open").tab == "open"
    assert read_asked(hub, asked(hub, scene="wage", tab="open").params()).tab == "open"


@pytest.mark.parametrize(
    "args",
    [
        {"tab": "x", "sort": "x", "scene": "nothing", "township": "1", "unit": "'", "state": "gone", "priority": "pink", "grade": "9"},
        {"from": "9999-12-31", "to": "0001-01-01"}, {"from": "2026-13-01", "to": "yesterday"}, {"marked": "good", "late": "yes", "q": "   "},
    ],
)  # fmt: skip
def test_nonsense_in_an_address_asks_nothing(hub, boss, args):
    assert read_asked(hub, args) == Asked()
    assert queue(hub, boss, read_asked(hub, args)).rows == ()


def test_days_are_those_of_the_county(hub, boss, clock):
    clock.now = dt.datetime(2026, 11, 24, 15, 59, tzinfo=dt.UTC)  # 23:59 in Wenling
    first = send(hub)
    clock.move(minutes=2)
    second = send(hub)
    assert numbers(queue(hub, boss, asked(hub, from_="2026-11-24", to="2026-11-24"))) == [first]
    assert numbers(queue(hub, boss, asked(hub, from_="2026-11-25"))) == [second]


def test_what_was_given_to_somebody_since_the_last_look_arrives(hub, boss, clock):
    send(hub)
    clock.move(minutes=5)
    since = hub.clock()
    assert arrivals(hub, boss, Asked(), since).rows == ()
    case_no = send(hub)
    clock.move(seconds=10)
    new = arrivals(hub, boss, Asked(), since)
    assert [row.case_no for row in new.rows] == [case_no]
    assert new.counts["open"] == 2 and new.now == hub.clock()
    assert arrivals(hub, person(hub, "331081100.social"), Asked(), since).rows == ()
    assert arrivals(hub, boss, Asked(tab="closed"), since).rows == ()


def test_a_case_handed_over_arrives_at_its_new_unit(hub, clock):
    case_no = bring(hub, send(hub), "in_handling")
    clock.move(hours=1)
    since = hub.clock()
    do(hub, holder(hub, case_no), case_no, "hand_over")
    assert [row.case_no for row in arrivals(hub, holder(hub, case_no), Asked(), since).rows] == [case_no]


def test_only_what_waits_for_this_unit_can_be_ticked(hub, boss):
    case_no = send(hub)
    assert queue(hub, holder(hub, case_no)).rows[0].acknowledgeable
    assert not queue(hub, boss).rows[0].acknowledgeable
    assert not queue(hub, room(hub)).rows[0].acknowledgeable
    do(hub, holder(hub, case_no), case_no, "acknowledge")
    assert not queue(hub, holder(hub, case_no)).rows[0].acknowledgeable


def test_what_waits_for_a_decision_of_the_centre_has_its_tab_be_it_closed_or_not(hub, boss, clock):
    waits, again, other = bring(hub, send(hub), "in_handling"), bring(hub, send(hub), "closed"), send(hub)
    asked_id = ask_extension(hub, holder(hub, waits), waits, 3, "设备要定制")
    assert rate(hub, again, 1, "还是响").reopened
    do(hub, centre(hub, "second"), again, "assign")
    for step in ("acknowledge", "start", "resolve"):
        do(hub, person(hub, row_of(hub, again)["holder"], "unit", "new.clerk"), again, step)
    do(hub, centre(hub, "third"), again, "close")
    assert appeal(hub, again, "还是没有解决").asked
    page = queue(hub, boss, Asked(tab="decide"))
    assert set(numbers(page)) == {waits, again} and page.total == page.counts["decide"] == 2
    decide_extension(hub, boss, asked_id, False, "可以先用临时措施")
    assert numbers(queue(hub, boss, Asked(tab="decide"))) == [again]
    assert "decide" not in queue(hub, holder(hub, other)).counts


def test_a_reply_that_nobody_read_marks_its_row_until_the_unit_has_read_it(hub, boss):
    case_no = send(hub)
    office = holder(hub, case_no)
    ask_reporter(hub, office, case_no, "夜里几点最响？")
    assert not queue(hub, boss).rows[0].unread
    answer_question(hub, case_no, "十一点", "once")
    assert queue(hub, boss).rows[0].unread and queue(hub, office, Asked(sort="new")).rows[0].unread
    assert mark_read(hub, office, case_no) == 1
    assert not queue(hub, office).rows[0].unread


# --- searching


def by_phone(hub, user, text="138 5761-2345"):
    found = search(hub, user, text)
    assert found.rows is not None and not found.words and not found.case_no
    return [row.case_no for row in found.rows]


def test_a_number_leads_to_its_case_however_it_is_typed(hub, boss):
    case_no = send(hub)
    assert search(hub, boss, case_no.lower().replace("-", " ")).case_no == case_no
    assert search(hub, person(hub, "331081100.social"), case_no).case_no == ""


def test_a_telephone_finds_the_cases_whose_reporter_one_may_open_and_every_look_is_logged(hub, boss):
    case_no = send(hub, reporter_phone="13857612345")
    send(hub, reporter_phone="13857612346")
    assert by_phone(hub, boss) == by_phone(hub, room(hub)) == by_phone(hub, person(hub, SOCIAL), "+8613857612345") == [case_no]
    assert by_phone(hub, person(hub, "331081100.social")) == []
    with hub.store.read() as tx:
        looks = [row for row in audit.recent_audit(tx) if row["action"] == "search_phone"]
    assert [row["detail"] for row in looks] == [{"found": 0}, {"found": 1}, {"found": 1}, {"found": 1}]
    assert "13857612345" not in repr(looks)


def test_a_telephone_does_not_tell_who_reported_a_protected_case(hub, boss):
    case_no = send(hub, "medins", reporter_mode="real", want_reward="no", reporter_name="李四", reporter_phone="13857612345")
    lead = holder(hub, case_no)
    assert by_phone(hub, boss) == by_phone(hub, room(hub)) == []
    assert by_phone(hub, lead) == [case_no]


def test_an_account_that_opens_nobody_finds_nobody(hub):
    send(hub, reporter_phone="13857612345")
    assert by_phone(hub, person(hub, SOCIAL, "grid")) == by_phone(hub, person(hub, "centre", "auditor")) == []


@pytest.mark.parametrize("text", ["路灯", "1385761234", "12857612345", "2026-11-24", ""])
def test_other_words_are_words(hub, boss, text):
    assert read_phone(text) == ""
    assert search(hub, boss, text).words == text


def test_words_are_looked_for_in_places_and_summaries_one_sees_and_nowhere_else(hub, boss):
    case_no = send(hub, description="路灯坏了三天，老人出门看不见路。")
    send(hub, "medins")
    assert numbers(queue(hub, boss, asked(hub, q="路灯 老人"))) == [case_no]
    assert numbers(queue(hub, boss, asked(hub, q="路灯 孩子"))) == []
    assert numbers(queue(hub, room(hub), asked(hub, q="新河"))) == [case_no]
    assert numbers(queue(hub, boss, asked(hub, q="%"))) == []
