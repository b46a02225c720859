"""What waits for a person about SMS, who sees it, and what they do about it."""

import pytest

from gonzhi_code.cases import State
from service.hub.noticing import Noticing
from service.hub.refusals import Incomplete, NotAllowed
from service.hub.replies import Reply, take_reply
from service.hub.undelivered import open_reply, send_again, settle_reply, told_otherwise, undelivered
from service.notify.file import FileChannel
from service.store import audit, notices

from .desks import bring, centre, person, room, row_of, send
from .test_telling import told

PHONE = "13857612345"


@pytest.fixture
def database_url(sqlite_url):
    """One engine is enough for what is decided here."""
    return sqlite_url


@pytest.fixture
def ended(hub):
    """Ends a notice of a new case in a state; returns its id."""

    def end(state, scene="general", code="isv.MOBILE_NUMBER_ILLEGAL", **more):
        case_no = send(hub, scene, reporter_phone=PHONE, **more)
        told(hub, row_of(hub, case_no), "received")
        with hub.store.write() as tx:
            row = notices.take_notice(tx, hub.clock())
            notices.end_notice(tx, row, state, code, "the number cannot be reached")
        return row["id"]

    return end


def state_of(hub, notice_id):
    with hub.store.read() as tx:
        return notices.get_notice(tx, notice_id)["state"]


def deeds(hub):
    with hub.store.read() as tx:
        return [(one["who"], one["action"], one["reason"]) for one in audit.recent_audit(tx) if one["action"].startswith("sms.")]


def test_the_centre_sees_what_waits_with_the_number_masked(hub, ended):
    ids = [ended(state) for state in ("failed", "uncertain", "dropped")]
    told_list = undelivered(hub, centre(hub))
    assert [one.id for one in told_list.unsent] == ids[::-1] and told_list.counts == {"failed": 1, "uncertain": 1, "dropped": 1}
    first = told_list.unsent[-1]
    assert (first.phone, first.code, first.state, first.kind) == ("138****2345", "isv.MOBILE_NUMBER_ILLEGAL", "failed", "received")
    assert PHONE not in repr(told_list)


def test_of_a_protected_matter_no_digit_is_shown(hub, ended):
    ended("failed", "campus", wants_feedback="yes")
    assert undelivered(hub, centre(hub)).unsent[0].phone == "****"


@pytest.mark.parametrize("role", ["township", "unit", "grid", "auditor"])
def test_nobody_but_the_centre_has_the_list(hub, ended, role):
    notice_id = ended("failed")
    user = room(hub) if role == "township" else person(hub, "labour", role)
    for act in (
        lambda: undelivered(hub, user), lambda: send_again(hub, user, notice_id), lambda: told_otherwise(hub, user, notice_id, "打过电话"),
        lambda: open_reply(hub, user, 1, "核对"), lambda: settle_reply(hub, user, 1),
    ):  # fmt: skip
        with pytest.raises(NotAllowed, match="no_verb"):
            act()
    assert state_of(hub, notice_id) == "failed" and deeds(hub) == []


def test_a_person_sends_again_and_it_stands_in_the_audit(hub, ended, tmp_path):
    failed, uncertain = ended("failed"), ended("uncertain")
    assert send_again(hub, centre(hub, "li")) == 1
    assert (state_of(hub, failed), state_of(hub, uncertain)) == ("pending", "uncertain")
    assert send_again(hub, centre(hub, "li"), uncertain) == 1 and send_again(hub, centre(hub, "li"), uncertain) == 0
    Noticing(hub, FileChannel(tmp_path / "sms")).run_due()
    assert state_of(hub, failed) == state_of(hub, uncertain) == "sent"
    assert [deed[:2] for deed in deeds(hub)] == [("li", "sms.again"), ("li", "sms.again")]


def test_who_was_called_needs_no_sms_any_more(hub, ended):
    notice_id = ended("failed")
    with pytest.raises(Incomplete) as caught:
        told_otherwise(hub, centre(hub), notice_id, "  ")
    assert set(caught.value.errors) == {"how"}
    assert told_otherwise(hub, centre(hub, "li"), notice_id, "电话告知本人")
    assert not told_otherwise(hub, centre(hub, "li"), notice_id, "电话告知本人")
    assert state_of(hub, notice_id) == "delivered" and undelivered(hub, centre(hub)).unsent == []
    assert deeds(hub) == [("li", "sms.told", "电话告知本人")]


def test_a_reply_that_belongs_to_nothing_is_opened_with_a_reason_that_is_logged(hub):
    take_reply(hub, Reply("aliyun", "1", PHONE, "你们是谁"))
    (waiting,) = undelivered(hub, centre(hub)).replies
    assert (waiting.outcome, waiting.case_no, waiting.may_open) == ("unmatched", "", True) and "你们" not in repr(waiting)
    with pytest.raises(Incomplete):
        open_reply(hub, centre(hub), waiting.id, "")
    with pytest.raises(NotAllowed, match="no_reply"):
        open_reply(hub, centre(hub), 99, "核对")
    assert open_reply(hub, centre(hub, "li"), waiting.id, "核对来信") == ("你们是谁", PHONE)
    assert settle_reply(hub, centre(hub, "li"), waiting.id) and not settle_reply(hub, centre(hub, "li"), waiting.id)
    assert undelivered(hub, centre(hub)).replies == []
    assert deeds(hub) == [("li", "sms.seen", ""), ("li", "sms.open", "核对来信")]


def test_words_about_a_protected_case_are_not_opened_by_who_may_not_know_the_reporter(hub):
    form = {"reporter_mode": "real", "reporter_name": "王小明", "reporter_phone": PHONE, "reporter_id_no": "331081199003071231"}
    case_no = bring(hub, send(hub, "medins", wants_feedback="yes", **form), State.REJECTED)
    take_reply(hub, Reply("aliyun", "1", PHONE, "还在刷卡"))
    (waiting,) = undelivered(hub, centre(hub)).replies
    assert (waiting.case_no, waiting.may_open) == (case_no, False)
    with pytest.raises(NotAllowed, match="hidden"):
        open_reply(hub, centre(hub), waiting.id, "核对")
