"""Whether a short result may stand in an SMS, and the sentence that says why not.

The rule it keeps: what a clerk types is checked where it is typed, so that no provider refuses it afterwards: at most 35
characters (a template variable of Aliyun), no bracket or sign that templates refuse, no link, no mobile number, and none
of the words that carriers take for canvassing or debt collection.

Source: the template rules of Aliyun and Tencent Cloud for notices, as read in 2026.
"""

from __future__ import annotations

import re

from gonzhi_code.words import Words
from service.notify.templates import BANNED_SYMBOLS, BANNED_WORDS

LONGEST_SHORT = 35
_SIGN = re.compile(f"[{re.escape(BANNED_SYMBOLS)}\\[\\]⑥-⑳●©®™]|[\U0001F000-\U0001FAFF\u2600-\u27BF]")
_LINK = re.compile(r"https?:|www\.|[A-Za-z0-9-]+\.(?:com|cn|net|org|top|xyz|vip|cc|io|me|gov)\b", re.IGNORECASE)
_MOBILE = re.compile(r"(?<![0-9])1[3-9][0-9][\s-]?[0-9]{4}[\s-]?[0-9]{4}(?![0-9])")
_GAPS = re.compile(r"[\s\u200b-\u200f\ufeff]+")


def fault_of_short(text: str) -> Words | None:
    """What keeps a short result out of an SMS; None where it may stand there."""
    if len(text) > LONGEST_SHORT:
        return Words(
            f"短信里的结果最多 {LONGEST_SHORT} 个字，现在 {len(text)} 个字，详细情况请写在完整答复里",
            f"The result in the SMS has at most {LONGEST_SHORT} characters; this has {len(text)}",
        )
    found = _SIGN.search(text)
    if found:
        return Words(f"短信里不能用“{found.group()}”这样的符号", f"An SMS may not hold the sign {found.group()!r}")
    if _LINK.search(text):
        return Words("短信里不能写网址，请写在完整答复里", "An SMS may not hold a link; write it in the full answer")
    if _MOBILE.search(text):
        return Words("短信里不能写手机号，请写办公电话或写在完整答复里", "An SMS may not hold a mobile number")
    plain = _GAPS.sub("", text)
    word = next((one for one in BANNED_WORDS if one in plain), "")
    if word:
        return Words(f"短信里不能用“{word}”，请换个说法", f"Carriers do not pass on {word}; please say it in another way")
    return None


def one_line(text: str) -> str:
    """A typed text on one line, gaps made single."""
    return " ".join(text.split())
