"""What people are told when something is not as it should be: reason -> sentence, and status -> page.

Rule: a sentence says what happened and how to go on; nobody is blamed, nothing internal is shown, and each page has a way on
(the form without a code, tracking, 12345). The reasons are those of gonzhi_code/errors.py and of the registry of codes.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from gonzhi_code.areas import County
from gonzhi_code.words import Words

from .pages import NO_STORE, page

_ASK_PLACE = Words("请写一下事情在哪里，照样受理。", "Please say where it is; it is taken all the same.")


def _code(zh: str, en: str) -> Words:
    return Words(f"{zh}{_ASK_PLACE}", f"{en} {_ASK_PLACE.en}")


_UNREADABLE = _code("这张码读不出来（可能破了、脏了，或者不是我们的）。", "This code cannot be read (torn, dirty, or not ours).")
_NOT_OURS = _code(
    "这张码没有通过核对，可能不是我们贴的，我们会去查看。",
    "This code did not pass our check and may not be ours; we will look at it.",
)

CODE_SENTENCES: Mapping[str, Words] = {
    "malformed": _UNREADABLE,
    "unknown_version": _UNREADABLE,
    "unknown_scene": _UNREADABLE,
    "bad_signature": _NOT_OURS,
    "unknown_key": _NOT_OURS,
    "unknown_spot": _code("我们的名册里找不到这张码的地点。", "We do not find the place of this code in our register."),
    "expired": Words(
        "这张码过期了，我们会去换新的。内容照样受理，请核对地点。",
        "This code is out of date; we will replace it. Your matter is taken all the same; please check the place.",
    ),
    "lost": Words(
        "这张码登记为丢失，可能被挪动过。内容照样受理，请核对地点。",
        "This code is listed as lost and may have been moved. Your matter is taken all the same; please check the place.",
    ),
    "revoked": Words(
        "这张码已停用。内容照样受理，请核对地点。",
        "This code is no longer in use. Your matter is taken all the same; please check the place.",
    ),
    "compromised_key": Words(
        "这张码需要换新，我们会去换。内容照样受理，请核对地点。",
        "This code must be replaced, and we will do so. Your matter is taken all the same; please check the place.",
    ),
    "retired": Words(
        "这张码已换新，旧的也还能用。",
        "This code has been replaced; the old one still works.",
    ),
}
"""What the form says above its questions when the code is not simply good. A code that is good, or none at all, says nothing."""

PHOTO_SENTENCES: Mapping[str, Words] = {
    "not_an_image": Words("这不是照片，请换一张。", "This is not a photo; please choose another."),
    "unreadable": Words("这张照片打不开，请换一张或重拍。", "This photo cannot be opened; choose another or take it again."),
    "too_large": Words("这张照片太大了，请选小一点的，或重拍。", "This photo is too large; choose a smaller one."),
    "too_many_pixels": Words("这张照片的尺寸太大了，请选小一点的。", "This picture has too many pixels; choose a smaller one."),
    "too_many": Words("照片已经够多了，不用再传。", "There are enough photos; no more are needed."),
    "no_case": Words("这个页面过期了，请用编号和查询码重新打开。", "This page is out of date; open the case by its number and query code."),
    "empty": Words("还没有选照片。", "No photo was chosen yet."),
}
PHOTO_REFUSED = Words("这张照片没有传上，请换一张或重拍。", "This photo was not taken; choose another or take it again.")

STATUS_WORDS: Mapping[int, tuple[Words, Words]] = {
    400: (
        Words("这次没有读懂", "This could not be read"),
        Words("发来的内容不完整，可能是网络断了。请返回上一页再发一次。", "What arrived is incomplete. Go back and send it again."),
    ),
    403: (Words("这里进不去", "No entry here"), Words("请从首页重新打开。", "Please start again from the start page.")),
    404: (
        Words("没有这一页", "There is no such page"),
        Words("网址可能少了几个字。要反映问题，点下面就可以填。", "The address may be incomplete. To report something, use the button below."),
    ),
    405: (Words("请重新打开", "Please open it again"), Words("这一页不能这样打开。", "This page cannot be opened that way.")),
    409: (
        Words("这份内容和上次发的不一样", "This differs from what was sent before"),
        Words("同一份表已经登记过一次，这次的内容有改动。", "This form was already filed once, and the content has changed since."),
    ),
    411: (Words("这次没有读懂", "This could not be read"), Words("请用手机自带的浏览器再发一次。", "Please send it again from your phone's own browser.")),
    413: (
        Words("内容太多了", "Too much at once"),
        Words(
            "一次发来的内容超过了上限。请返回上一页，把文字改短一些；照片在提交之后一张一张传。",
            "What was sent exceeds the limit. Go back and shorten the text; photos come one by one after sending.",
        ),
    ),
    429: (Words("请稍等一下", "One moment please"), Words("现在人多，请过一分钟再试。", "It is busy; try again in a minute.")),
    500: (
        Words("我们这边出错了", "Something went wrong on our side"),
        Words(
            "不是您的问题。请过几分钟再试；您写的文字还留在手机上。急事请打 12345。",
            "It is not your fault. Try again in a few minutes; your text is still on your phone. If urgent, call 12345.",
        ),
    ),
    503: (Words("系统暂时忙", "Busy for the moment"), Words("请过几分钟再试，急事请打 12345。", "Try again in a few minutes; if urgent, call 12345.")),
}


def status_page(county: County, status: int) -> Response:
    """A calm page for that status, with a way to go on."""
    known = status if status in STATUS_WORDS else (400 if status < 500 else 500)
    heading, sentence = STATUS_WORDS[known]
    return page("public/error.html", county, status, cache=NO_STORE, heading=heading, sentence=sentence)


def register(app: Flask, county: County) -> None:
    """Answer every refusal and every fault with a page of ours; Flask logs a fault and hands it over as a plain 500."""

    def on_http(error: HTTPException) -> Response:
        if error.response is not None and isinstance(error.response, Response):
            return error.response
        status = error.code or 500
        answer = status_page(county, status)
        # What the standard asks for beside the words, such as Allow at 405.
        for name, value in error.get_headers(request.environ):
            if name.lower() in ("allow", "retry-after", "location"):
                answer.headers[name] = value
        return answer

    app.register_error_handler(HTTPException, on_http)
