"""SMS that did not arrive and replies that belong to nothing: what the centre looks through once a day.

Rule: numbers stand here masked; the words of a reply are shown once, on the answer to the form that gave a reason, and stand
in no address. What somebody did is told on the page that follows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, abort, redirect, request

from gonzhi_code.moments import SHANGHAI
from gonzhi_code.words import Words
from service.hub import undelivered
from service.hub.accounts import User
from service.hub.context import Hub
from service.hub.permissions import Verb
from service.hub.refusals import Incomplete, NotAllowed

from .look import look_of
from .staff import needs, staff_page
from .submit import posted_form

KINDS: Mapping[str, Words] = {
    "received": Words("受理", "Received"), "handed_over": Words("转办", "Handed over"), "resolved": Words("办结", "Resolved"),
    "rejected": Words("不予受理", "Not accepted"), "reopened": Words("重办", "Reopened"), "extended": Words("延期", "Extended"), "late": Words("超期", "Late"),
    "question": Words("请补充情况", "Question"),
}  # fmt: skip
STATES: Mapping[str, Words] = {
    "failed": Words("没送达", "Not delivered"), "uncertain": Words("送没送达说不准", "Nobody can say"), "dropped": Words("没有发", "Not sent"),
}  # fmt: skip
REASONS: Mapping[str, Words] = {
    "too_old": Words("等得太久，已不是新消息", "It waited so long that it is no news"),
    "phone_cap": Words("这个号码今天已发满", "This telephone had as many as it may get that day"),
    "no_mobile": Words("号码打不开或不是手机号", "No mobile number could be opened"),
    "the number cannot be reached": Words("号码不对、停机或拒收", "The number is wrong, out of service or refuses"),
    "the provider does not take this text": Words("服务商不收这条内容", "The provider does not take this text"),
    "the provider was too busy each time": Words("服务商一直繁忙", "The provider was too busy each time"),
    "nobody can say whether it was sent": Words("没等到服务商答复，查也查不到", "No answer came, and none can be had"),
}
NOT_DELIVERED = Words("运营商回执：没有送达", "The carrier says that it did not arrive")
OUTCOMES: Mapping[str, Words] = {
    "unmatched": Words("找不到在办的事件", "No open case"), "no_rating": Words("评价已过期或评过了", "Rated before, or too late"),
    "stop_word": Words("要求退订", "Asks to hear no more"),
}  # fmt: skip
DONE: Mapping[str, Words] = {
    "again": Words("已重新排队，一会儿就发。", "It is in line again and goes out soon."),
    "told": Words("记下了：已另行告知。", "Noted: told in another way."),
    "seen": Words("这条回复处理完了。", "This reply is dealt with."),
    "none": Words("别人已经处理了。", "Somebody else has dealt with it."),
}


def blueprint(hub: Hub) -> Blueprint:
    """The routes of the list."""
    routes = Blueprint("undelivered", __name__)

    @routes.get("/desk/undelivered")
    def show() -> Response:
        return _page(hub, needs(hub, Verb.SEE_NOTICES))

    @routes.post("/desk/undelivered/again")
    def all_again() -> Response:
        return _back("again" if undelivered.send_again(hub, needs(hub, Verb.SEE_NOTICES)) else "none")

    @routes.post("/desk/undelivered/<int:notice_id>/again")
    def again(notice_id: int) -> Response:
        return _back("again" if undelivered.send_again(hub, needs(hub, Verb.SEE_NOTICES), notice_id) else "none")

    @routes.post("/desk/undelivered/<int:notice_id>/told")
    def told(notice_id: int) -> Response:
        user, how = needs(hub, Verb.SEE_NOTICES), _typed(hub, "how")
        try:
            return _back("told" if undelivered.told_otherwise(hub, user, notice_id, how) else "none")
        except Incomplete as missing:
            return _page(hub, user, 422, error=(f"how-{notice_id}", missing.errors["how"]))

    @routes.post("/desk/undelivered/replies/<int:reply_id>/open")
    def open_reply(reply_id: int) -> Response:
        user, reason = needs(hub, Verb.SEE_NOTICES), _typed(hub, "reason")
        try:
            text, phone = undelivered.open_reply(hub, user, reply_id, reason)
        except Incomplete as missing:
            return _page(hub, user, 422, error=(f"reason-{reply_id}", missing.errors["reason"]))
        except NotAllowed as refused:
            abort(404 if refused.reason == "no_reply" else 403)
        return _page(hub, user, opened={"id": reply_id, "text": text, "phone": phone})

    @routes.post("/desk/undelivered/replies/<int:reply_id>/done")
    def done(reply_id: int) -> Response:
        return _back("seen" if undelivered.settle_reply(hub, needs(hub, Verb.SEE_NOTICES), reply_id) else "none")

    return routes


def _typed(hub: Hub, name: str) -> str:
    return posted_form(hub.settings.max_form_bytes).get(name, "")


def _back(done: str) -> Response:
    return redirect(f"/desk/undelivered?done={done}", 303)  # type: ignore[return-value]


def _page(hub: Hub, user: User, status: int = 200, **more: Any) -> Response:
    found = undelivered.undelivered(hub, user)
    lines = [
        {
            "id": one.id, "case_no": one.case_no, "kind": KINDS.get(one.kind, one.kind), "state": STATES.get(one.state, one.state),
            "at": f"{one.created_at.astimezone(SHANGHAI):%m-%d %H:%M}", "phone": one.phone,
            # Words of our own are said in the reason; the provider's and the carrier's are for whoever calls them.
            "code": one.code if not one.code.islower() else "",
            "reason": REASONS.get(one.code) or REASONS.get(one.reason) or NOT_DELIVERED, "uncertain": one.state == "uncertain",
        }
        for one in found.unsent
    ]  # fmt: skip
    replies = [
        {"id": one.id, "at": f"{one.at.astimezone(SHANGHAI):%m-%d %H:%M}", "outcome": OUTCOMES.get(one.outcome, one.outcome),
         "case_no": one.case_no, "may_open": one.may_open}
        for one in found.replies
    ]  # fmt: skip
    counts = {name: found.counts.get(name, 0) for name in ("pending", "sent", "delivered")}
    return staff_page(
        hub, "desk/undelivered.html", status, look=look_of(request), lines=lines, replies=replies, counts=counts, found=found,
        done=DONE.get(request.args.get("done", "")), **{"error": None, "opened": None, **more},
    )  # fmt: skip
