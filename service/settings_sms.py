"""The settings of SMS: which channel, under which account, signature and texts, and when it may send.

The rule it keeps: what the provider would refuse stops the start with one sentence: a signature of the wrong form, a text it
would not file, a key that is missing. Who may send nothing yet, because the signature is still being filed, sets the hold.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from .notify import CHANNEL_NAMES, PROVIDERS
from .notify.templates import NUMBER_ONLY, TEXTS, faults_of, faults_of_page, faults_of_sign, make_templates
from .settings_reading import BadSetting, Reader

_HOURS = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])")
_YES_NO = ("yes", "no")
HOOK_BYTES = 16
"""The secret stands in an address that one provider knows: 128 bits are beyond guessing over a network."""


@dataclass(frozen=True)
class SmsSettings:
    """What the environment says about SMS, checked.

    Args:
        channel: a word of ``CHANNEL_NAMES``.
        sign: ``""`` for the county's own name, where no provider is asked.
        templates: what the provider calls each text, by its key.
        page: constant address in the fixed texts; most_characters: of a variable, 0 for the provider's limit.
        quiet: local times from when until when nothing is sent; None for never.
        per_day: the most SMS to one telephone in a day; hold: send nothing yet.
        hook_secret: last part of the addresses of receipts and replies, ``""`` closes them.
    """

    channel: str
    sign: str
    key_id: str
    key_secret: str
    app_id: str
    region: str
    endpoint: str
    templates: Mapping[str, str]
    page: str
    most_characters: int
    quiet: tuple[dt.time, dt.time] | None
    per_day: int
    hold: bool
    hook_secret: str

    @property
    def on(self) -> bool:
        """Whether reporters hear by SMS at all."""
        return self.channel != "none"


def read_sms(read: Reader, *, demo: bool) -> SmsSettings:
    """Read and check the settings of SMS.

    Raises:
        BadSetting: one is missing or wrong; the first that was found.
    """
    channel = read.choice("GONZHI_SMS", CHANNEL_NAMES, "file" if demo else "none")
    provider = channel in PROVIDERS
    sign = read.needed("GONZHI_SMS_SIGN", "the signature that was filed with the provider") if provider else read.text("GONZHI_SMS_SIGN", "")
    page = read.text("GONZHI_SMS_PAGE", "")
    _refuse("GONZHI_SMS_SIGN", faults_of_sign(sign) if sign else [])
    _refuse("GONZHI_SMS_PAGE", faults_of_page(page))
    _refuse("GONZHI_SMS_PAGE", faults_of(make_templates(page).values(), sign))
    hook = read.text("GONZHI_SMS_HOOK_SECRET", "")
    if hook and not re.fullmatch(rf"[A-Za-z0-9_-]{{{2 * HOOK_BYTES},128}}", hook):
        raise BadSetting("GONZHI_SMS_HOOK_SECRET", f"must be {2 * HOOK_BYTES} to 128 letters and digits, for example from `openssl rand -hex 32`.")
    return SmsSettings(
        channel=channel,
        sign=sign,
        key_id=read.needed("GONZHI_SMS_KEY_ID", "the id of the provider's access key") if provider else "",
        key_secret=read.needed("GONZHI_SMS_KEY_SECRET", "the provider's access key") if provider else "",
        app_id=read.needed("GONZHI_SMS_APP", "the SdkAppId of the application") if channel == "tencent" else "",
        region=read.text("GONZHI_SMS_REGION", ""),
        endpoint=read.text("GONZHI_SMS_ENDPOINT", ""),
        templates=_templates(read, needed=provider),
        page=page,
        most_characters=read.number("GONZHI_SMS_CHARACTERS", 0, least=0, most=200),
        quiet=_quiet(read, "none" if demo else "21:00-08:00"),
        per_day=read.number("GONZHI_SMS_PER_DAY", 10, least=1, most=50),
        hold=read.choice("GONZHI_SMS_HOLD", _YES_NO, "no") == "yes",
        hook_secret=hook,
    )


def _refuse(name: str, faults: list[str]) -> None:
    if faults:
        raise BadSetting(name, faults[0])


def _templates(read: Reader, *, needed: bool) -> dict[str, str]:
    name = "GONZHI_SMS_TEMPLATES"
    given = {}
    for entry in read.words("GONZHI_SMS_TEMPLATES", ""):
        key, _, code = (part.strip() for part in entry.partition("="))
        if key not in TEXTS or not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", code):
            raise BadSetting(name, f"has the entry {entry!r}, but an entry is <text>=<id> with a text of: {', '.join(TEXTS)}.")
        given[key] = code
    missing = [key for key in TEXTS if key.endswith(NUMBER_ONLY) and key not in given]
    if needed and missing:
        raise BadSetting(name, f"does not say what the provider calls {missing[0]}; `python -m service notices --texts` prints what to file.")
    return given


def _quiet(read: Reader, default: str) -> tuple[dt.time, dt.time] | None:
    text = read.text("GONZHI_SMS_QUIET", default)
    if text == "none":
        return None
    hours = _HOURS.fullmatch(text)
    if hours is None:
        raise BadSetting("GONZHI_SMS_QUIET", f"is {text!r}, but must be hours such as 21:00-08:00, or none.")
    start = dt.time(int(hours[1]), int(hours[2]))
    end = dt.time(int(hours[3]), int(hours[4]))
    if start == end:
        raise BadSetting("GONZHI_SMS_QUIET", "begins and ends at the same time, so that nothing would ever be sent.")
    return start, end
