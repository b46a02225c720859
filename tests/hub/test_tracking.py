"""Following a case: the right pair tells how far it is; everything else is answered alike."""

import pytest

from service.hub.intake import submit
from service.hub.tracking import MOST_TAIL_MISSES, TooManyTries, look_up

from .conftest import sample

PHONE = "13857612345"
ADDRESS = "115.231.8.9"


def send(hub, code, scene="general", **more):
    form = sample(scene, **more)
    return submit(
        hub, token_text=code.token, scene_key=scene, form=form, submission_id="sub-00000001", address=ADDRESS, language="zh"
    )


def test_number_and_query_code_tell_who_has_it_until_when(hub, code):
    receipt = send(hub, code)
    progress = look_up(hub, receipt.case_no, receipt.query_code, ADDRESS)
    assert progress.case_no == receipt.case_no and progress.state_key == "assigned"
    assert progress.holder == receipt.lead.name
    assert progress.handle_by.at == receipt.handle_by.at and progress.acknowledge_by.at == receipt.acknowledge_by.at
    assert len(progress.steps) == 3 and progress.steps[2].by == receipt.lead.name
    assert [step.at for step in progress.steps] == sorted(step.at for step in progress.steps)
    assert all(step.what and step.what.en for step in progress.steps)


def test_rule_ids_are_not_told_as_reasons(hub, code):
    receipt = send(hub, code)
    assert [step.reason for step in look_up(hub, receipt.case_no, receipt.query_code, ADDRESS).steps] == ["", "", ""]


def test_small_letters_and_gaps_do_not_matter(hub, code):
    receipt = send(hub, code)
    typed = receipt.query_code.lower()
    assert look_up(hub, f" {receipt.case_no.lower().replace('-', ' ')} ", f"{typed[:3]} {typed[3:]}", ADDRESS)


def test_the_last_four_digits_do_where_a_phone_was_given(hub, code):
    receipt = send(hub, code, reporter_phone=PHONE)
    assert look_up(hub, receipt.case_no, "2345", ADDRESS).case_no == receipt.case_no
    assert look_up(hub, receipt.case_no, "２３４５", ADDRESS).case_no == receipt.case_no
    assert look_up(hub, receipt.case_no, "2346", ADDRESS) is None


def test_without_a_phone_no_digits_open_the_case(hub, code):
    form = sample("general")
    for name in ("reporter_phone", "wants_feedback"):
        form.pop(name, None)
    receipt = submit(
        hub, token_text=code.token, scene_key="general", form=form, submission_id="s" * 8, address=ADDRESS, language="zh"
    )
    for digits in ("0000", "1234", "none"):
        assert look_up(hub, receipt.case_no, digits, ADDRESS) is None


@pytest.mark.parametrize("secret", ["", "2345 ", "AAAAAA", "é" * 6, "\0", "1" * 10_000, "工单查询码啊"])
def test_a_wrong_secret_and_a_number_that_does_not_exist_are_answered_alike(hub, code, secret):
    receipt = send(hub, code)
    assert look_up(hub, receipt.case_no, secret, ADDRESS) is None
    assert look_up(hub, "2222-2222", secret, ADDRESS) is None
    assert look_up(hub, "nonsense", secret, ADDRESS) is None
    assert look_up(hub, "", secret, ADDRESS) is None


def test_the_code_of_another_case_does_not_open_this_one(hub, code):
    first = send(hub, code)
    second = submit(
        hub, token_text=None, scene_key="general", form=sample("general"), submission_id="sub-2222", address=ADDRESS, language="zh"
    )
    assert look_up(hub, first.case_no, second.query_code, ADDRESS) is None


@pytest.mark.parametrize("exists", [True, False])
def test_four_digits_are_not_looked_at_after_a_few_misses_whether_or_not_the_case_exists(hub, code, exists, clock):
    receipt = send(hub, code, reporter_phone=PHONE)
    number = receipt.case_no if exists else "2222-2222"
    for i in range(MOST_TAIL_MISSES):
        assert look_up(hub, number, f"000{i}", f"10.0.0.{i}") is None
    with pytest.raises(TooManyTries) as caught:
        look_up(hub, number, "2345", "10.0.9.9")
    assert 0 < caught.value.seconds <= 3600
    clock.move(hours=1)
    assert (look_up(hub, number, "2345", "10.0.9.9") is not None) is exists


def test_the_query_code_opens_the_case_even_while_digits_are_shut_out(hub, code):
    receipt = send(hub, code, reporter_phone=PHONE)
    for i in range(MOST_TAIL_MISSES):
        look_up(hub, receipt.case_no, f"000{i}", "10.0.0.1")
    assert look_up(hub, receipt.case_no, receipt.query_code, "10.0.0.1")


def test_misses_slow_the_one_who_makes_them_and_nobody_else(hub, code, slept):
    receipt = send(hub, code)
    for _ in range(25):
        look_up(hub, receipt.case_no, "AAAAAA", "10.0.0.1")
    assert len(slept) == 15 and slept == sorted(slept) and slept[-1] == 1.0
    slept.clear()
    assert look_up(hub, receipt.case_no, "AAAAAA", "10.0.0.2") is None and slept == []
    assert look_up(hub, receipt.case_no, receipt.query_code, "10.0.0.1") and slept == []


def test_a_hit_writes_nothing(hub, code):
    def counted():
        with hub.store.read() as tx:
            return tx.exec_driver_sql("SELECT count(*), sum(count) FROM counters").one()

    receipt = send(hub, code)
    before = counted()
    look_up(hub, receipt.case_no, receipt.query_code, ADDRESS)
    assert counted() == before
