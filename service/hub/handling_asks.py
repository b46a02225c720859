"""What each action on a case asks for, checked all at once, and what it writes of it.

The rule it keeps: an action asks just what it needs; every field that is missing or wrong gets its own sentence, in one
go. The keys of the errors are the names of the fields of :class:`Given`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gonzhi_code.cases import Action, State
from gonzhi_code.conclusions import ORDINARY, Conclusion
from gonzhi_code.words import Words
from service.store import cases, photos
from service.store.engine import Tx

from .accounts import User
from .context import Hub
from .exclusion import Barred
from .handling_clocks import round_started_at
from .numbers import read_case_no
from .permissions import Sight, sight, townships_of
from .short_words import fault_of_short, one_line

LONGEST_REASON = 500
LONGEST_ANSWER = 3000
MOST_HELPERS = 8

Row = Mapping[str, Any]
Errors = dict[str, Words]

_REASONS: Mapping[Action, Words] = {
    Action.REJECT: Words("请写明不予受理的原因，会告知诉求人", "Say why it is not accepted; the reporter is told"),
    Action.SEND_BACK: Words("请写明退回的原因和依据", "Say why it is sent back, and on what ground"),
    Action.HAND_OVER: Words("请写明移交的原因", "Say why it is handed over"),
    Action.REWORK: Words("请写明哪里没有办好", "Say what is not done well"),
    Action.REOPEN: Words("请写明重新办理的原因", "Say why it is taken up again"),
}
_IN_PLACE = Words("这件事在别的单位手里，代办要写明原因", "Another unit has this; acting in its place needs a reason")
_CHANNEL = Words("请写明应当走的渠道，例如“向温岭市劳动人事争议仲裁院申请仲裁”", "Name the right channel")
_NO_UNIT = Words("请选择承办单位", "Choose the unit that gets it")
_UNKNOWN_UNIT = Words("没有这个单位，请重新选择", "There is no such unit; please choose again")
_ACCUSED = Words("反映的就是这个单位或与它有关，不能由它办理", "The matter is about this unit or one tied to it; it cannot have it")
_OWNER = Words("这个点位由该单位管理，可以协办，不能主办", "This unit runs the spot; it may help but not lead")
_OTHER_TOWN = Words("其他镇街的单位请交市中心改派", "For another township, send it to the county centre")
_HELPER_IS_LEAD = Words("主办单位不用再选为协办", "The lead need not be a helper as well")
_MANY_HELPERS = Words(f"协办单位最多 {MOST_HELPERS} 个", f"At most {MOST_HELPERS} helping units")
_NO_SHORT = Words("请用一句话写明结果，会出现在短信里", "Say the result in one sentence; it goes into the SMS")
_NO_ANSWER = Words("请写明办理经过和结果，诉求人会看到", "Say what was done and what came of it; the reporter reads it")
_NO_CONCLUSION = Words("请选择办理结论", "Choose how it ended")
_NO_PHOTOS = Words("请先上传整改后的现场照片", "Add a photo of how it looks now")
_NOT_ITS_PHOTO = Words("照片不在这件事里，请重新上传", "This photo does not belong to the case; please add it again")
_NO_MAIN = Words("请填主件的编号", "Give the number of the main case")
_BAD_MAIN = Words("没有可以并入的这个编号", "There is no such case to merge into")
_MAIN_OVER = Words("主件已经办结、并案或不予受理，不能再并入", "The main case is over already")
_MAIN_OTHER = Words("两件事的保密要求不同，不能并案", "The two are not kept secret alike and cannot be merged")


@dataclass(frozen=True)
class Given:
    """What a person gave for an action; each action looks at its own fields only.

    Args:
        reason: in words; for ``reject`` why, with ``channel`` for the right way.
        unit_id: who gets the case; helper_ids: who helps from now on, None to leave them as they are.
        conclusion, short, answer: the result: one of the scene's conclusions, at most 35 characters for the SMS, and in full.
        main_case_no: the case this one follows; photo_names: names of desk photos that show the result.
    """

    reason: str = ""
    unit_id: str = ""
    helper_ids: tuple[str, ...] | None = None
    conclusion: str = ""
    short: str = ""
    answer: str = ""
    main_case_no: str = ""
    photo_names: tuple[str, ...] = ()
    channel: str = ""


@dataclass(frozen=True)
class Asked:
    """What was given, made clean: ``reason`` is what stands in the history.

    Args:
        main: the row of the main case of a merge.
    """

    reason: str = ""
    unit_id: str = ""
    helper_ids: tuple[str, ...] | None = None
    main: dict[str, Any] | None = None


def conclusions_for(hub: Hub, scene_key: str) -> tuple[Conclusion, ...]:
    """How a case of this scene can end."""
    plan = hub.plans.get(scene_key)
    return plan.scene.conclusions if plan else ORDINARY


def check_given(
    hub: Hub, tx: Tx, user: User, row: Row, action: Action, given: Given, barred: Barred, *, in_place: bool
) -> tuple[Asked, Errors]:
    """What the action needs of what was given, and a sentence for each field that will not do."""
    errors: Errors = {}
    reason = given.reason.strip()
    if not reason and (action in _REASONS or in_place):
        errors["reason"] = _REASONS.get(action, _IN_PLACE)
    elif len(reason) > LONGEST_REASON:
        errors["reason"] = Words(f"最多 {LONGEST_REASON} 个字", f"At most {LONGEST_REASON} characters")
    if action is Action.REJECT:
        channel = given.channel.strip()
        if not channel:
            errors["channel"] = _CHANNEL
        return Asked(f"{reason}（正确渠道：{channel}）"), errors
    if action in (Action.ASSIGN, Action.HAND_OVER):
        helpers = _check_units(hub, user, row, given, barred, errors)
        return Asked(reason, given.unit_id, helpers), errors
    if action is Action.RESOLVE:
        return Asked(_check_result(hub, tx, row, given, errors)), errors
    if action is Action.MERGE:
        main = _check_main(hub, tx, user, row, given, errors)
        return Asked(" ".join(part for part in (main["case_no"] if main else "", reason) if part), main=main), errors
    return Asked(reason), errors


def _check_units(
    hub: Hub, user: User, row: Row, given: Given, barred: Barred, errors: Errors
) -> tuple[str, ...] | None:
    unit = hub.county.units.get(given.unit_id)
    if not given.unit_id:
        errors["unit_id"] = _NO_UNIT
    elif unit is None:
        errors["unit_id"] = _UNKNOWN_UNIT
    elif unit.id in barred.accused | barred.called:
        errors["unit_id"] = _ACCUSED
    elif unit.id in barred.owner:
        errors["unit_id"] = _OWNER
    elif unit.township_id and user.township_id and unit.township_id not in townships_of(hub.county, user):
        errors["unit_id"] = _OTHER_TOWN
    if given.helper_ids is None:
        kept = tuple(one for one in row["helper_ids"] if one != given.unit_id)
        return kept if kept != tuple(row["helper_ids"]) else None
    helpers = tuple(dict.fromkeys(given.helper_ids))
    if any(one not in hub.county.units for one in helpers):
        errors["helper_ids"] = _UNKNOWN_UNIT
    elif set(helpers) & barred.accused:
        errors["helper_ids"] = _ACCUSED
    elif given.unit_id in helpers:
        errors["helper_ids"] = _HELPER_IS_LEAD
    elif len(helpers) > MOST_HELPERS:
        errors["helper_ids"] = _MANY_HELPERS
    return helpers


def _check_result(hub: Hub, tx: Tx, row: Row, given: Given, errors: Errors) -> str:
    short, answer = one_line(given.short), given.answer.strip()
    fault = fault_of_short(short) if short else _NO_SHORT
    if fault is not None:
        errors["short"] = fault
    if not answer:
        errors["answer"] = _NO_ANSWER
    elif len(answer) > LONGEST_ANSWER:
        errors["answer"] = Words(f"最多 {LONGEST_ANSWER} 个字", f"At most {LONGEST_ANSWER} characters")
    ends = {one.key: one for one in conclusions_for(hub, row["scene_key"])}
    if given.conclusion not in ends:
        errors["conclusion"] = _NO_CONCLUSION
    taken = _desk_photos(tx, row)
    if set(given.photo_names) - taken:
        errors["photo_names"] = _NOT_ITS_PHOTO
    elif not taken and given.conclusion in ends and ends[given.conclusion].photos:
        errors["photo_names"] = _NO_PHOTOS
    return short


def _desk_photos(tx: Tx, row: Row) -> set[str]:
    """Names of the photos the desk added since the case was reported or last reopened."""
    since = round_started_at(cases.moves_of(tx, row["id"]))
    return {one["name"] for one in photos.photos_of(tx, row["id"]) if one["source"] == "desk" and one["created_at"] >= since}


def _check_main(hub: Hub, tx: Tx, user: User, row: Row, given: Given, errors: Errors) -> dict[str, Any] | None:
    if not given.main_case_no.strip():
        errors["main_case_no"] = _NO_MAIN
        return None
    main = cases.get_case(tx, read_case_no(given.main_case_no), lock=True)
    if main is None or main["id"] == row["id"] or sight(hub.county, user, main) < Sight.CASE:
        errors["main_case_no"] = _BAD_MAIN
    elif main["state"] in (State.MERGED, State.REJECTED, State.CLOSED):
        errors["main_case_no"] = _MAIN_OVER
    elif main["visibility"] != row["visibility"]:
        errors["main_case_no"] = _MAIN_OTHER
    else:
        return main
    return None


def unit_choices(hub: Hub, tx: Tx, user: User, barred: Barred) -> tuple[str, ...]:
    """Ids of the units this person may give a case to, their own township's first, then the centre and the county's."""
    own = townships_of(hub.county, user)
    units = [one for one in hub.county.units.values() if one.id not in barred.from_leading]
    near = [one.id for one in units if one.township_id and (not own or one.township_id in own)]
    county = [one.id for one in units if not one.township_id]
    return (*near, *county) if own else (*county, *near)

