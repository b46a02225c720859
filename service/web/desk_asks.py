"""What somebody may do with a case now, as small forms: each asks just what its action needs.

Rule: an action is offered to those alone who may do it (the hub asks again when it is sent); the obvious next one comes first;
the names of fields are those that the hub's errors name, so a sentence stands beside its field.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from gonzhi_code.cases import Action
from gonzhi_code.labels import label
from gonzhi_code.routing import COMPLEX, Visibility
from gonzhi_code.words import Words
from service.hub.accounts import User
from service.hub.casepage import CaseView
from service.hub.context import Hub
from service.hub.custody import OVER
from service.hub.handling import conclusions_for
from service.hub.permissions import Verb, may
from service.hub.short_words import LONGEST_SHORT
from service.hub.supervising import LEVELS


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a small form.

    Args:
        kind: ``line``, ``area``, ``choice``, ``unit``, ``helpers``, ``number``, ``time``, ``files`` or ``yes_no``.
        options: of a choice: value and words; most: characters, or the largest number.
    """

    name: str
    kind: str
    label: Words
    hint: Words | None = None
    options: tuple[tuple[str, Words], ...] = ()
    most: int = 0
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that can be done: the address it is posted to ends in ``key``.

    Args:
        record: id of the extension, supervision or appeal it is about, 0 for the case.
        about: what is decided or answered, in the words it was asked with.
        group: ``move``, ``in_place`` (of another unit), ``record`` or ``decide``; what waits for a decision stands on top.
    """

    key: str
    title: Words
    fields: tuple[Field, ...] = ()
    hint: Words | None = None
    record: int = 0
    about: str = ""
    group: str = "move"
    button: Words | None = field(default=None)


_REASON = Field("reason", "area", Words("原因", "Reason"), most=500)
_TOLD = Words("会原样告诉诉求人。", "The reporter is told in these words.")
_LEAD = Field("unit_id", "unit", Words("交给哪个单位", "Which unit gets it"))
_HELPERS = Field("helper_ids", "helpers", Words("协办单位", "Helping units"), Words("可以不选；按住 Ctrl 可选多个。", "Optional; hold Ctrl to choose several."), needed=False)
_TEXT = Field("text", "area", Words("内容", "Text"), most=500)
_PHOTOS = Field("photos", "files", Words("现场照片", "Photos"), Words("一次可选多张。", "Several at once."), needed=False)


def asks_of(hub: Hub, user: User, view: CaseView) -> list[Ask]:
    """What somebody may do with a case: what waits for their decision, the next move, the other moves, records about it."""
    return [*_decisions(user, view), *_moves(hub, user, view), *_records(user, view)]


def _moves(hub: Hub, user: User, view: CaseView) -> Iterator[Ask]:
    for action in view.actions:
        in_place = action in (Action.ACKNOWLEDGE, Action.START, Action.HAND_OVER) and user.unit_id != view.row["holder"]
        fields = _fields(hub, view, action)
        hint = None
        if in_place:
            hint = Words("这件事在别的单位手里，代办要写明原因。", "Another unit has this; acting in its place needs a reason.")
            fields = fields if any(one.name == "reason" for one in fields) else (*fields, _REASON)
        yield Ask(action.value, label(action), fields, hint, group="in_place" if in_place else "move")


def _fields(hub: Hub, view: CaseView, action: Action) -> tuple[Field, ...]:
    told = Field("reason", "area", Words("原因", "Reason"), _TOLD, most=500)
    if action is Action.REJECT:
        channel = Field("channel", "line", Words("应当走的渠道", "The right channel"), Words("例如：向温岭市劳动人事争议仲裁院申请仲裁", "For example the arbitration court"), most=200)
        return (told, channel)
    if action is Action.ASSIGN:
        return (_LEAD, _HELPERS, Field("reason", "area", Words("说明", "Remark"), most=500, needed=False))
    if action is Action.HAND_OVER:
        return (_LEAD, _HELPERS, told)
    if action is Action.MERGE:
        number = Field("main_case_no", "line", Words("主件编号", "Number of the main case"), most=20)
        return (number, Field("reason", "area", Words("说明", "Remark"), most=400, needed=False))
    if action is Action.RESOLVE:
        return _result(hub, view)
    return (_REASON,) if action in (Action.SEND_BACK, Action.REWORK, Action.REOPEN) else ()


def _result(hub: Hub, view: CaseView) -> tuple[Field, ...]:
    ends = tuple((one.key, one.title) for one in conclusions_for(hub, view.row["scene_key"]))
    return (
        Field("conclusion", "choice", Words("办理结论", "How it ended"), options=ends),
        Field(
            "short", "line", Words("一句话结果", "The result in one sentence"),
            Words(f"最多 {LONGEST_SHORT} 个字，会出现在短信里，不写姓名和电话。", f"At most {LONGEST_SHORT} characters; it goes into the SMS."),
            most=LONGEST_SHORT,
        ),
        Field("answer", "area", Words("完整答复", "The full answer"), Words("做了什么、结果怎样；诉求人会看到。", "What was done, what came of it; the reporter reads it."), most=3000),
        Field("photos", "files", Words("整改后的照片", "Photos of how it looks now"), Words("结论是“已整改”一类的，要有照片。", "Needed where something was mended."), needed=False),
    )  # fmt: skip


def _decisions(user: User, view: CaseView) -> Iterator[Ask]:
    decide = (Field("granted", "yes_no", Words("决定", "Decision"), options=(("1", Words("同意", "Grant")), ("0", Words("不同意", "Refuse")))),)
    why = Field("decision", "area", Words("理由", "Why"), _TOLD, most=500)
    if may(user, Verb.DECIDE_EXTENSION):
        for one in view.extensions:
            if one["state"] == "asked":
                optional = Field("decision", "area", Words("理由", "Why"), Words("不同意时必须写。", "Needed to refuse."), most=500, needed=False)
                days = Words(f"决定延期 {one['working_days']} 个工作日", f"Decide on {one['working_days']} working days more")
                yield Ask("decide_extension", days, (*decide, optional), None, one["id"], one["reason"], "decide")
    if may(user, Verb.DECIDE_APPEAL):
        for one in view.appeals:
            if one["state"] == "asked":
                yield Ask("decide_appeal", Words("决定是否重新办理", "Decide on taking it up again"), (*decide, why), None, one["id"], one["words"], "decide")
    for one in view.supervisions:
        open_now = one["kind"] == "supervision" and not one["answered_at"] and not one["withdrawn_at"]
        if open_now and one["unit_id"] == user.unit_id and may(user, Verb.ANSWER_SUPERVISION):
            answer = Field("answer", "area", Words("办理情况", "How it stands"), most=500)
            yield Ask("answer_supervision", Words("答复督办", "Answer the supervision"), (answer,), None, one["id"], one["text"], "decide")


def _records(user: User, view: CaseView) -> Iterator[Ask]:
    row = view.row
    over = row["state"] in OVER
    involved = user.unit_id in (row["lead_unit_id"], row["holder"], *row["helper_ids"])
    if may(user, Verb.ASK_REPORTER) and not over and (user.role == "centre" or involved):
        hint = Words("诉求人凭编号和查询码看到并答复，不用留电话。", "The reporter reads and answers it with number and query code.")
        yield _record("ask_reporter", Words("问诉求人", "Ask the reporter"), (Field("text", "area", Words("想问什么", "Question"), most=1000),), hint)
    if may(user, Verb.ASK_EXTENSION) and user.unit_id == row["lead_unit_id"] == row["holder"]:
        yield from _extension(view)
    if may(user, Verb.RESOLVE) and not over and user.unit_id in (row["holder"], *row["helper_ids"]):
        yield _record("photo", Words("上传现场照片", "Add photos"), (_PHOTOS,))
    if may(user, Verb.REMIND) and not over:
        yield _record("remind", Words("催办", "Remind"), (_TEXT,))
    if may(user, Verb.SUPERVISE):
        yield from _supervision(view, over)
    if may(user, Verb.DECIDE_EXTENSION) and "handle" in view.extendable and COMPLEX not in row["marks"]:
        yield _record("mark_complex", Words("定为复杂事项", "Mark as complex"), (_REASON,), Words("办理期限从原来那天起算得更长，会告诉诉求人。", "It is due later, and the reporter is told."))
    if may(user, Verb.NOTE):
        yield _record("note", Words("写备注", "Write a note"), (Field("text", "area", Words("内容", "Text"), most=1000),), Words("只有工作人员看得到。", "Staff alone read it."))
    if view.may_open and not view.answers.revealed and view.answers.masked:
        why = Field("reason", "line", Words("为什么要看", "Why you need it"), Words("会记入审计；只显示这一次。", "It is logged, and shown this once."), most=200)
        yield _record("reveal", Words("查看诉求人", "See who reported it"), (why,))
        if row["visibility"] != Visibility.SEALED.value:
            yield _record("sheet.pdf", Words("打印含诉求人的案卷", "Print the sheet with who reported it"), (why,))


def _extension(view: CaseView) -> Iterator[Ask]:
    running = {one["key"]: one for one in view.clocks if one["met_at"] is None and view.extendable.get(one["key"])}
    asked = {one["clock_key"] for one in view.extensions if one["state"] == "asked"}
    for key, clock in running.items():
        if key in asked or view.now >= clock["due_at"]:
            continue
        most = view.extendable[key]
        days = Field("working_days", "number", Words("延几个工作日", "Working days"), Words(f"最多 {most} 个。", f"At most {most}."), most=most)
        title = Words("申请延期", "Ask for more time")
        if key != "handle":
            title = Words(f"申请延期：{view.titles.get(key, key)}", f"Ask for more time: {key}")
        yield Ask(f"ask_extension.{key}", title, (days, Field("reason", "area", Words("原因", "Reason"), _TOLD, most=500)), group="record")


def _supervision(view: CaseView, over: bool) -> Iterator[Ask]:
    levels = Field("level", "choice", Words("级别", "Level"), options=tuple(LEVELS.items()))
    if not over:
        yield _record("supervise", Words("督办", "Supervise"), (levels, _TEXT, Field("due_at", "time", Words("答复期限", "Answer by"))))
    for one in view.supervisions:
        if one["kind"] == "supervision" and not one["answered_at"] and not one["withdrawn_at"]:
            yield Ask("withdraw_supervision", Words("撤销督办", "Withdraw the supervision"), (_REASON,), None, one["id"], one["text"], "record")


def _record(key: str, title: Words, fields: tuple[Field, ...], hint: Words | None = None) -> Ask:
    return Ask(key, title, fields, hint, group="record")
