"""From a notice that was written down to the SMS that is sent: the text, the number, and what forbids it.

The rule it keeps: the number is opened here, for one call, and what comes out goes to the channel and nowhere else.
"""

from __future__ import annotations

import datetime as dt
import hmac
import json
import re
from collections.abc import Mapping
from typing import Any

from service.notify import Channel, SmsMessage
from service.notify.templates import NUMBER_ONLY, Template, choose, make_templates, signed
from service.sealing import CannotOpen
from service.store import cases, notices
from service.store.engine import Tx

from .context import SHANGHAI, Hub
from .drafting import sealed_purpose
from .telling import Kind

USEFUL: Mapping[str, dt.timedelta] = {
    **dict.fromkeys(Kind, dt.timedelta(days=7)),
    Kind.RECEIVED: dt.timedelta(days=3),
    Kind.HANDED_OVER: dt.timedelta(days=3),
    Kind.LATE: dt.timedelta(days=3),
    Kind.RESOLVED: dt.timedelta(days=15),
}
"""For how long each kind is news. A receipt that comes a week late only alarms; a result is worth having for long."""
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_OUT_ID = re.compile(r"n([0-9]{1,18})-[0-9a-f]{12}")

Row = Mapping[str, Any]


class CannotSend(Exception):
    """A notice that is not sent, and no machine will send.

    Args:
        state: ``dropped`` or ``failed``; code: a word; sentence: why, for the list.
    """

    def __init__(self, state: str, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.state, self.code, self.sentence = state, code, sentence


def compose(hub: Hub, tx: Tx, row: Row, channel: Channel, now: dt.datetime) -> SmsMessage:
    """The SMS of a notice that is due.

    Raises:
        CannotSend: too old, too many to this telephone today, or a number that cannot be opened or is no mobile number.
    """
    if now - row["created_at"] > USEFUL[row["kind"]]:
        raise CannotSend("dropped", "too_old", "it waited so long that it is no news any more")
    morning = now.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    if notices.sent_to_phone(tx, row["phone_index"], morning) >= hub.settings.sms.per_day:
        raise CannotSend("dropped", "phone_cap", "this telephone had as many SMS today as it may get")
    case = cases.get_case_by_id(tx, row["case_id"])
    phone = open_phone(hub, tx, row)
    if case is None or not _MOBILE.fullmatch(phone):
        raise CannotSend("failed", "no_mobile", "no mobile number could be opened")
    template, values = _text_of(hub, case["case_no"], row, channel)
    sign = sign_of(hub)
    return SmsMessage(
        out_id=out_id_of(hub, row),
        phone=phone,
        sign=sign,
        template_id=hub.settings.sms.templates.get(template.key, ""),
        params=tuple((name, values[name]) for name in template.names),
        text=signed(sign, template.filled(values)),
    )


def _text_of(hub: Hub, case_no: str, row: Row, channel: Channel) -> tuple[Template, dict[str, str]]:
    """The telling text where it is filed and its values fit, else the number alone."""
    filed = hub.settings.sms.templates
    texts = {
        key: text
        for key, text in make_templates(hub.settings.sms.page).items()
        if not channel.needs_templates or key in filed or key.endswith(NUMBER_ONLY)
    }
    first, _, second = case_no.partition("-")
    values = {**row["params"], "no1": first, "no2": second}
    return choose(texts, row["kind"], values, channel.most_characters), values


def sign_of(hub: Hub) -> str:
    """The signature: the one that was filed, or the county's name where nothing is filed."""
    return hub.settings.sms.sign or hub.county.brand["issuer"]


def open_phone(hub: Hub, tx: Tx, row: Row) -> str:
    """The reporter's number; ``""`` where there is none any more, or it cannot be opened."""
    case = cases.get_case_by_id(tx, row["case_id"])
    sealed = cases.sealed_of(tx, row["case_id"])
    plan = hub.plans.get(case["scene_key"]) if case else None
    if case is None or sealed is None or plan is None:
        return ""
    try:
        kept = json.loads(hub.sealer.open(sealed_purpose(case["case_no"]), sealed["blob"]))
    except CannotOpen:
        return ""
    return str(kept.get(plan.scene.reporter_phone) or "")


def out_id_of(hub: Hub, row: Row) -> str:
    """Our number of one sending, which providers repeat; another one where a person put the notice back in line."""
    stamp = row["created_at"].astimezone(dt.UTC).isoformat()
    return f"n{row['id']}-{hub.sealer.blind('sms', row['dedupe_key'] + stamp)[:12]}"


def notice_of(hub: Hub, tx: Tx, out_id: str) -> int:
    """The notice that one of our numbers belongs to; 0 for none, and for one that we did not make."""
    found = _OUT_ID.fullmatch(out_id)
    row = notices.get_notice(tx, int(found.group(1))) if found else None
    return int(row["id"]) if row and hmac.compare_digest(out_id_of(hub, row), out_id) else 0
