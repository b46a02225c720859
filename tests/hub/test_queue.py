"""The queue: each sees what is theirs, nobody sees a person, protected cases show number and state."""

import pytest

from service.hub.accounts import User
from service.hub.intake import submit
from service.hub.queue import queue

from .conftest import sample

XINHE, ZEGUO = "331081104000", "331081100000"


def user(hub, unit_id, role):
    return User(1, "somebody", "Somebody", unit_id, hub.county.units[unit_id].township_id, role)


@pytest.fixture
def centre(hub):
    return user(hub, "centre", "centre")


def send(hub, scene, number, **more):
    return submit(
        hub,
        token_text=None,
        scene_key=scene,
        form=sample(scene, **more),
        submission_id=f"sub-{number:08d}",
        address="115.231.8.9",
        language="zh",
    )


def numbers(page):
    return [row.case_no for row in page.rows]


def test_the_centre_sees_all_newest_first(hub, centre, clock):
    sent = []
    for number, town in enumerate((XINHE, ZEGUO, XINHE)):
        sent.append(send(hub, "general", number, township_id=town).case_no)
        clock.move(minutes=1)
    assert numbers(queue(hub, centre)) == sent[::-1]


def test_a_command_room_sees_its_township_only(hub):
    here = send(hub, "general", 1, township_id=XINHE)
    send(hub, "general", 2, township_id=ZEGUO)
    assert numbers(queue(hub, user(hub, "331081104.command", "township"))) == [here.case_no]


def test_a_township_also_sees_the_statistical_unit_it_answers_for(hub):
    east = send(hub, "general", 1, township_id="331081400000")
    owner = hub.county.townships["331081400000"].owner_id
    assert numbers(queue(hub, user(hub, f"{owner[:9]}.command", "township"))) == [east.case_no]


def test_a_unit_sees_what_it_leads_or_helps_with(hub):
    receipt = send(hub, "wage", 1, township_id=XINHE)
    send(hub, "general", 2, township_id=ZEGUO)
    for unit in (receipt.lead, *receipt.helpers):
        assert receipt.case_no in numbers(queue(hub, user(hub, unit.id, "unit")))
    others = set(hub.county.units) - {receipt.lead.id, *(one.id for one in receipt.helpers)}
    for unit_id in sorted(others)[:10]:
        assert receipt.case_no not in numbers(queue(hub, user(hub, unit_id, "unit")))


def test_a_protected_case_shows_number_and_state_to_all_but_its_lead_and_the_centre(hub, centre):
    receipt = send(hub, "medins", 1, township_id=XINHE)
    (row,) = queue(hub, user(hub, "331081104.command", "township")).rows
    assert (row.case_no, row.state, row.hidden) == (receipt.case_no, "assigned", True)
    assert not (row.scene_key or row.lead or row.place or row.summary or row.marks or row.received_at)
    for seer in (centre, user(hub, receipt.lead.id, "unit")):
        assert queue(hub, seer).rows[0].scene_key == "medins"


def test_a_sealed_case_shows_number_and_state_to_everybody(hub, centre):
    receipt = send(hub, "general", 1, township_id=XINHE)
    from service.store import cases

    with hub.store.write() as tx:
        row = cases.get_case(tx, receipt.case_no)
        cases.change_case(tx, row["id"], row["version"], {"visibility": "sealed"})
    (shown,) = queue(hub, centre).rows
    assert shown.hidden and shown.case_no == receipt.case_no and not shown.place and not shown.scene_key


def test_no_reporter_stands_on_a_list(hub, centre):
    send(hub, "general", 1, reporter_name="赵大明", reporter_phone="13857612345")
    assert "赵大明" not in repr(queue(hub, centre)) and "13857612345" not in repr(queue(hub, centre))


def test_pages_follow_each_other_without_gap_or_repeat(hub, centre, clock):
    sent = []
    for number in range(7):
        sent.append(send(hub, "general", number).case_no)
        if number % 2:
            clock.move(seconds=1)
    seen, after = [], None
    for _ in range(4):
        page = queue(hub, centre, after, size=2)
        seen += numbers(page)
        after = page.after
    assert sorted(seen) == sorted(sent) and len(seen) == 7 and after == ""


@pytest.mark.parametrize("after", ["", "nonsense", "é", "W10.AAAA"])
def test_a_made_up_place_in_the_queue_counts_as_its_beginning(hub, centre, after):
    receipt = send(hub, "general", 1)
    assert numbers(queue(hub, centre, after)) == [receipt.case_no]
