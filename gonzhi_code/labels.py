"""The Chinese and English wording of the stored words: states, actions, priorities, marks, reasons, clocks, time left.

Rule: this is the only place that words them. Stored words are never renamed, so their wording may change freely here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import Enum

from .calendars import Calendar
from .deadlines import Deadline, TimeUnit, working_minutes_between
from .moments import SHANGHAI, aware
from .words import Words

STATES: Mapping[str, Words] = {
    "reported": Words("已上报", "Reported"),
    "accepted": Words("已受理", "Accepted"),
    "rejected": Words("不予受理", "Not accepted"),
    "assigned": Words("已交办", "Assigned"),
    "merged": Words("已并案", "Merged"),
    "acknowledged": Words("已签收", "Acknowledged"),
    "in_handling": Words("处置中", "In handling"),
    "returned": Words("已退回", "Sent back"),
    "resolved": Words("已反馈", "Resolved"),
    "closed": Words("已办结", "Closed"),
}

ACTIONS: Mapping[str, Words] = {
    "report": Words("上报", "Report"),
    "accept": Words("受理", "Accept"),
    "reject": Words("不予受理", "Reject"),
    "assign": Words("交办", "Assign"),
    "merge": Words("并案", "Merge"),
    "acknowledge": Words("签收", "Acknowledge"),
    "start": Words("开始处置", "Start"),
    "send_back": Words("退回", "Send back"),
    "hand_over": Words("移交", "Hand over"),
    "resolve": Words("反馈结果", "Resolve"),
    "close": Words("办结归档", "Close"),
    "rework": Words("退回重办", "Rework"),
    "reopen": Words("重新办理", "Reopen"),
}

STEPS: Mapping[str, Words] = {
    "report": Words("收到您的反映", "Received from you"),
    "accept": Words("已受理", "Accepted"),
    "reject": Words("不予受理", "Not accepted"),
    "assign": Words("已交办", "Passed on"),
    "merge": Words("和另一件合在一起办", "Joined with another case"),
    "acknowledge": Words("已签收", "They confirmed that they have it"),
    "start": Words("开始处置", "They began to handle it"),
    "send_back": Words("退回，换一家单位办", "Sent back, to go to another office"),
    "hand_over": Words("已移交", "Handed over"),
    "resolve": Words("已反馈结果，等审核", "They reported the result, to be reviewed"),
    "close": Words("审核通过，办结", "Reviewed and closed"),
    "rework": Words("审核没有通过，重新处置", "The review sent it back to be done again"),
    "reopen": Words("重新办理", "Taken up again"),
}
"""Actions as the reporter reads them when they are done."""

PRIORITIES: Mapping[str, Words] = {
    "blue": Words("一般", "Ordinary"),
    "yellow": Words("关注", "Attention"),
    "orange": Words("较急", "Serious"),
    "red": Words("紧急", "Urgent"),
}

ROLES: Mapping[str, Words] = {
    "system": Words("系统", "System"),
    "reporter": Words("诉求人", "Reporter"),
    "centre": Words("市中心", "County centre"),
    "township": Words("镇街", "Township"),
    "unit": Words("承办单位", "Unit"),
    "grid": Words("网格", "Grid"),
    "auditor": Words("审计", "Auditor"),
}

CODE_STATES: Mapping[str, Words] = {
    "good": Words("正常", "Good"),
    "none": Words("没有扫码", "No code"),
    "retired": Words("码已换新", "Replaced code"),
    "lost": Words("码已登记丢失", "Code listed as lost"),
    "revoked": Words("码已停用", "Revoked code"),
    "expired": Words("码已过期", "Expired code"),
    "malformed": Words("码读不出", "Unreadable code"),
    "unknown_version": Words("码的版本不认识", "Code of an unknown version"),
    "unknown_key": Words("码的密钥不认识", "Code with an unknown key"),
    "bad_signature": Words("码没有通过核对", "Code failed its check"),
    "unknown_scene": Words("码的场景不认识", "Code of an unknown scene"),
    "unknown_spot": Words("码的点位不在名册", "Code of an unlisted spot"),
    "old_code": Words("部门旧码", "Old code of a department"),
    "compromised_key": Words("码的密钥已泄露", "Code of a leaked key"),
}

MARKS: Mapping[str, Words] = {
    "code_retired": Words("旧码", "Replaced code"),
    "code_lost": Words("丢失的码", "Lost code"),
    "code_revoked": Words("停用的码", "Revoked code"),
    "code_expired": Words("过期的码", "Expired code"),
    "code_torn": Words("破损的码", "Torn code"),
    "code_forged": Words("疑似假码", "Possibly forged code"),
    "code_unknown_key": Words("密钥不明的码", "Code with an unknown key"),
    "code_unknown_version": Words("版本不明的码", "Code of an unknown version"),
    "code_unknown_scene": Words("场景不明的码", "Code of an unknown scene"),
    "code_unknown_spot": Words("名册外的码", "Code of an unlisted spot"),
    "code_old": Words("部门旧码", "Old code of a department"),
    "code_compromised_key": Words("密钥已泄露的码", "Code of a leaked key"),
    "poster_misplaced": Words("海报位置不对", "Poster in the wrong place"),
    "poster_suspect": Words("海报可能被动过", "Poster may be tampered with"),
    "place_unknown": Words("地点不明", "Place unknown"),
    "many_from_address": Words("同一网络提交较多", "Many from one network"),
    "many_from_code": Words("同一张码提交较多", "Many from one code"),
    "accused_excluded": Words("避开被反映单位", "Accused unit passed over"),
    "mandatory_report": Words("强制报告", "Mandatory report"),
    "police_now": Words("立即报公安", "Police at once"),
    "minor_involved": Words("涉及未成年人", "A minor is involved"),
    "criminal_amount_reached": Words("可能达到入罪数额", "May reach the criminal amount"),
    "over_two_years": Words("超过两年", "Over two years"),
    "employer_unknown": Words("用人单位不详", "Employer unclear"),
    "medical_data": Words("含医疗信息", "Holds medical data"),
    "medical_refused": Words("不同意收医疗资料", "Agrees to no medical papers"),
    "boss_gone": Words("老板失联", "The boss has gone"),
    "reward_claim": Words("申请举报奖励", "Claims the reward"),
    "other_channel": Words("另有法定渠道", "Another legal channel exists"),
    "photos_wanted": Words("等待照片", "Photos awaited"),
    "no_permit": Words("未办使用手续", "No permit"),
    "items_unseen": Words("有未检项", "Items not seen"),
    "complex": Words("复杂事项", "Complex"),
    "self_rectified": Words("已自行整改", "Mended by themselves"),
}

LIVES: Mapping[str, Words] = {
    "minted": Words("已生成", "Minted"),
    "printed": Words("已印制", "Printed"),
    "posted": Words("已张贴", "Posted"),
    "inspected": Words("已巡查", "Inspected"),
    "moved": Words("被挪动", "Moved away"),
    "damaged": Words("有破损", "Damaged"),
    "lost": Words("已丢失", "Lost"),
    "retired": Words("已收回", "Taken out of use"),
    "replaced": Words("已换新", "Replaced"),
}
"""What became of a poster. Apart from the others, because the paper and its code share words and mean different things."""

REASONS: Mapping[str, Words] = {
    "error": Words("出错了", "Something went wrong"),
    "code_error": Words("这张码有问题", "This code is not good"),
    "unknown_scene": Words("没有这个场景", "No such scene"),
    "duplicate_scene": Words("场景重复", "A scene is declared twice"),
    "no_route": Words("分派规则有错", "The routing rules have a fault"),
    "move_not_allowed": Words("现在不能这样做", "This cannot be done now"),
    "bad_area": Words("不是本市的地点", "Not a place of this county"),
    "county_incomplete": Words("县市资料不完整", "The county's data is incomplete"),
    "calendar_unknown": Words("这一年的放假安排还没公布", "The holidays of that year are not published"),
    "cannot_draw": Words("画不出来", "Cannot be drawn"),
    "bad_sheet": Words("点位表有问题", "The sheet of spots is not good"),
    "bad_revocation_list": Words("作废清单有问题", "The list of revoked codes is not good"),
}

_ALL: Mapping[str, Words] = {**REASONS, **CODE_STATES, **MARKS, **ROLES, **PRIORITIES, **ACTIONS, **STATES}


_OFFICE_TIME = frozenset({TimeUnit.WORKING_HOURS, TimeUnit.WORKING_DAYS})
_MINUTES_PER_DAY = 24 * 60


def label(word: str | Enum) -> Words:
    """The wording of a stored word: a state, action, role, priority, mark, state of a code, or an error's reason.

    Returns:
        Its Words. A word nobody has worded (another agency's mark) comes back as it is, with spaces for underscores.
    """
    key = str(word.value) if isinstance(word, Enum) else word
    return _ALL.get(key) or Words(key.replace("_", " "))


def step_label(action: str) -> Words:
    """What was done to a case, in the words of its reporter; an action nobody has worded comes back as it is."""
    return STEPS.get(action) or Words(action.replace("_", " "))


def life_label(word: str) -> Words:
    """The wording of what became of a poster; a word nobody has worded comes back as it is."""
    return LIVES.get(word) or Words(word)


def time_left(due: Deadline, now: dt.datetime, calendar: Calendar, unit: TimeUnit = TimeUnit.WORKING_DAYS) -> Words:
    """How long until a deadline, in the kind of time its clock counts; or by how much it is late.

    ``还剩 1 个工作日 3 小时``, ``还剩 20 分钟``, ``已超时 2 天``. A provisional deadline says 约 (about).

    Args:
        due: the deadline; now: aware. unit: of the clock. Working units count office time, in days as long as the office is
            open on the day of the deadline; the others count the clock on the wall.

    Raises:
        ValueError: ``now`` is naive.
    """
    late = aware(now) >= due.at
    start, end = (due.at, now) if late else (now, due.at)
    if unit in _OFFICE_TIME:
        minutes = working_minutes_between(start, end, calendar)
        zh, en = _amount(minutes, calendar.hours.minutes(due.at.astimezone(SHANGHAI).month), "个工作日", "working day")
    else:
        minutes = int((end - start).total_seconds()) // 60
        zh, en = _amount(minutes, _MINUTES_PER_DAY, "天", "day")
    if not minutes:
        return Words("刚刚超时", "just late") if late else Words("不到 1 分钟", "less than a minute left")
    about_zh, about_en = ("约", "about ") if due.provisional else ("", "")
    if late:
        return Words(f"已超时{about_zh} {zh}", f"{about_en}{en} late")
    return Words(f"还剩{about_zh} {zh}", f"{about_en}{en} left")


def _amount(minutes: int, day: int, day_zh: str, day_en: str) -> tuple[str, str]:
    """Days and hours, or hours and minutes, or minutes: two figures are as exact as anybody acts on."""
    days, rest = divmod(minutes, day)
    hours, minutes = divmod(rest, 60)
    if days:
        zh, en = f"{days} {day_zh}", f"{days} {day_en}{'s' * (days > 1)}"
        return (f"{zh} {hours} 小时", f"{en} {hours} h") if hours else (zh, en)
    if hours:
        return f"{hours} 小时" + (f" {minutes} 分钟" if minutes else ""), f"{hours} h" + (f" {minutes} min" if minutes else "")
    return f"{minutes} 分钟", f"{minutes} min"
