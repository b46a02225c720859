"""The wording of what stands in accounts and on the trail: verbs, deeds, and what browsers call themselves.

Rule: the stored words are never renamed; their wording may change freely here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from gonzhi_code.labels import ACTIONS, label
from gonzhi_code.words import Words
from service.hub.permissions import Verb

VERBS: Mapping[str, Words] = {
    "ask_extension": Words("申请延期", "Ask for more time"),
    "decide_extension": Words("审批延期", "Decide on more time"),
    "decide_appeal": Words("审批再次办理", "Decide on appeals"),
    "remind": Words("催办", "Remind"),
    "supervise": Words("督办", "Supervise"),
    "answer_supervision": Words("答复督办", "Answer a supervision"),
    "ask_reporter": Words("询问诉求人", "Ask the reporter"),
    "note": Words("内部备注", "Note"),
    "reveal": Words("查看诉求人身份", "Open who reported"),
    "see_board": Words("看督办看板", "See the board"),
    "export": Words("导出", "Export"),
    "see_audit": Words("看操作记录", "See the trail"),
    "see_notices": Words("看短信", "See notices"),
    "manage_users": Words("管理账号", "Manage accounts"),
    "manage_codes": Words("管理码牌", "Manage codes"),
    "post_codes": Words("张贴巡查码牌", "Post codes"),
    "open_sealed": Words("打开封存的未成年人事件", "Open sealed cases of minors"),
}

DEEDS: Mapping[str, Words] = {
    "case.masked": Words("到期隐去诉求人", "Took the reporter out"),
    "case.forgotten": Words("到期去除内容", "Took the words out"),
    "sign_in": Words("登录", "Signed in"),
    "sign_in_failed": Words("登录失败", "Failed to sign in"),
    "sign_out": Words("退出", "Signed out"),
    "end_session": Words("结束自己的登录", "Ended own session"),
    "end_sessions": Words("结束他人的登录", "Ended the sessions of"),
    "change_password": Words("修改自己的密码", "Changed own password"),
    "set_password": Words("重设密码", "Set a password"),
    "enrol_factor": Words("启用验证码", "Took a second factor"),
    "remove_factor": Words("取消验证码", "Took the second factor off"),
    "reset_factor": Words("重设他人的验证码", "Reset the second factor of"),
    "factor_failed": Words("验证码不对", "Wrong second factor"),
    "new_recovery_codes": Words("换新恢复码", "Made recovery codes"),
    "use_recovery_code": Words("用掉一个恢复码", "Used a recovery code"),
    "add_user": Words("新建账号", "Made an account"),
    "change_user": Words("修改账号", "Changed an account"),
    "disable_user": Words("停用账号", "Stopped an account"),
    "enable_user": Words("恢复账号", "Let an account in again"),
    "see_audit": Words("看操作记录", "Looked at the trail"),
    "reveal": Words("查看诉求人身份", "Opened who reported"),
    "read_words": Words("看了不公开的内容", "Read what is kept from others"),
    "print_sheet": Words("打印案卷", "Printed the sheet"),
    "search_phone": Words("按手机号查找", "Searched by telephone number"),
    "export": Words("导出", "Exported"),
    "mark_complex": Words("定为复杂事项", "Declared complex"),
    "withdraw_supervision": Words("撤销督办", "Withdrew a supervision"),
    "hand_over_in_place": Words("补充协办单位", "Changed the helpers"),
    "assign_in_place": Words("补充协办单位", "Changed the helpers"),
    "dispatch.alarm": Words("派单告警", "Alarm of dispatch"),
    "alert.yellow": Words("到期提醒", "Due: yellow"),
    "alert.red": Words("超期告警", "Late: red"),
    "key.retired": Words("停用密钥", "Retired a key"),
    "key.compromised": Words("密钥泄露", "A key leaked"),
    "code.alarm": Words("码牌告警", "Alarm of a code"),
    "poster.step": Words("码牌登记", "Noted of a poster"),
    "batch.upload": Words("上传批量制码表", "Uploaded a sheet of spots"),
    "batch.begin": Words("开始批量制码", "Began a batch"),
    "batch.stop": Words("停止批量制码", "Stopped a batch"),
    "aliases.import": Words("导入旧码", "Imported old codes"),
    "issuer.add": Words("增加发码单位", "Added an issuer"),
    "issuer.close": Words("停用发码单位", "Closed an issuer"),
    "outbox.redrive": Words("重新推送", "Sent again what was given up"),
    "answers.replay": Words("重放填报", "Replayed answers"),
    "sms.again": Words("重发短信", "Sent SMS again"),
    "sms.told": Words("另行告知诉求人", "Told the reporter otherwise"),
    "sms.open": Words("查看短信回复", "Opened an SMS reply"),
    "sms.seen": Words("处理短信回复", "Dealt with an SMS reply"),
    "sms.stopped": Words("短信通道停发", "The SMS channel stopped"),
}

FACTS: Mapping[str, Words] = {
    "username": Words("账号", "account"),
    "unit_id": Words("单位", "unit"),
    "role": Words("角色", "role"),
    "grants": Words("授予", "grants"),
    "area_ids": Words("村社", "villages"),
    "fields": Words("改动", "changed"),
    "method": Words("方式", "by"),
    "count": Words("个数", "count"),
    "who": Words("人员", "person"),
    "action": Words("操作", "action"),
    "case_no": Words("事件", "case"),
}

METHODS: Mapping[str, Words] = {"password": Words("密码", "password"), "oidc": Words("统一认证", "single sign-on")}

_BROWSERS = (
    ("MicroMessenger", Words("微信", "WeChat")), ("DingTalk", Words("钉钉", "DingTalk")), ("Edg/", Words("Edge", "Edge")),
    ("QQBrowser", Words("QQ 浏览器", "QQ Browser")), ("Firefox", Words("火狐", "Firefox")), ("Chrome", Words("Chrome", "Chrome")),
    ("Safari", Words("Safari", "Safari")),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", Words("苹果手机", "an iPhone")), ("iPad", Words("苹果平板", "an iPad")), ("HarmonyOS", Words("鸿蒙手机", "a HarmonyOS phone")),
    ("Android", Words("安卓手机", "an Android phone")), ("Windows", Words("Windows 电脑", "a Windows computer")),
    ("Macintosh", Words("苹果电脑", "a Mac")), ("Linux", Words("Linux 电脑", "a Linux computer")),
)  # fmt: skip


def verb_words(verb: str | Verb) -> Words:
    """The wording of a verb; moves are worded by the library."""
    key = str(verb)
    return ACTIONS.get(key) or VERBS.get(key) or label(key)


def deed_words(action: str) -> Words:
    """The wording of an entry's action."""
    return DEEDS.get(action) or VERBS.get(action) or label(action)


def device_words(agent: str) -> Words:
    """What a browser is, in words: ``Windows 电脑上的 Chrome``."""
    browser = next((words for mark, words in _BROWSERS if mark in agent), None)
    system = next((words for mark, words in _SYSTEMS if re.search(mark, agent)), None)
    if browser and system:
        return Words(f"{system}上的 {browser}" if browser.isascii() else f"{system}上的{browser}", f"{browser.en} on {system.en}")
    return system or browser or Words("认不出的设备", "A device we do not know")
