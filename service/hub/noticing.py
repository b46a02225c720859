"""Sending the notices that were written down: each at most once, at a decent hour, by the channel that the settings name.

The rules it keeps:

* That a notice is being sent is committed before the provider is called. Whatever is lost after that, by a crash or on the
  wire, is asked for at the provider before anything is sent again; where it cannot say, a person decides. A telephone never
  gets one notice twice from a machine.
* The number is opened from the sealed part of the case for this one call, and is neither stored nor logged.
* A provider that refuses the account, the signature or the texts is left alone for a while; its word stands in the audit.

Sources: docs/sms.md; help.aliyun.com 55284 (SendSms is not idempotent), 44335 (limits for one number).
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping
from typing import Any

from service.notify import Channel, Fault, Found, SendFailed, Sent, SmsMessage, Trace
from service.notify.templates import segments
from service.store import audit, notices
from service.store.engine import Tx

from .context import SHANGHAI, Hub
from .notice_text import CannotSend, compose, open_phone, out_id_of
from .outbox import broken_by

LEASE = dt.timedelta(minutes=2)
"""Longer than any call; what is still ``sending`` after it was lost."""
ASK_AFTER = dt.timedelta(minutes=2)
SURELY_ABSENT = dt.timedelta(minutes=5)
"""A list of what was sent may lag behind; what is not on it after this long was never taken."""
ASK_AGAIN = dt.timedelta(minutes=5)
ASK_NO_MORE = dt.timedelta(minutes=30)
"""After this long a provider that knows nothing of a message will not hear of it any more, and a person decides."""
FIRST_WAIT = dt.timedelta(minutes=1)
LONGEST_WAIT = dt.timedelta(hours=2)
MOST_ATTEMPTS = 15
FIRST_PAUSE = dt.timedelta(minutes=5)
LONGEST_PAUSE = dt.timedelta(hours=1)
BATCH = 20
"""How many are sent before the worker looks around: about so many a second, well below what providers allow."""

log = logging.getLogger("gonzhi.sms")
Row = Mapping[str, Any]


class Noticing:
    """Sends through one channel."""

    def __init__(self, hub: Hub, channel: Channel) -> None:
        self._hub = hub
        self._channel = channel
        self._paused_until: dt.datetime | None = None
        self._pause = FIRST_PAUSE

    def run_due(self) -> int:
        """Send what is due now, at most :data:`BATCH`. Returns how many notices were looked at."""
        handled = 0
        while handled < BATCH and not self._waits() and self._one():
            handled += 1
        return handled

    def close(self) -> None:
        """Give back what the channel holds."""
        self._channel.close()

    def _waits(self) -> bool:
        now = self._hub.clock()
        paused = self._paused_until is not None and now < self._paused_until
        return paused or self._hub.settings.sms.hold or is_quiet(self._hub.settings.sms.quiet, now)

    def _one(self) -> bool:
        """Take the notice that has waited longest and do what it needs. False where none is due."""
        now = self._hub.clock()
        with self._hub.store.read() as tx:
            at = notices.next_notice_at(tx)
        if at is None or at > now:
            return False
        with self._hub.store.write() as tx:
            row = notices.take_notice(tx, now)
            if row is None:
                return False
            message = None if row["state"] == "sending" else self._compose(tx, row, now)
            if message is None and row["state"] != "sending":
                return True
            leased = notices.lease_notice(tx, row, now, now + LEASE, self._channel.name if message else "")
        # Committed: from here on it counts as sent until somebody says otherwise.
        if message is None:
            self._ask(leased)
        else:
            self._send(leased, message)
        return True

    def _compose(self, tx: Tx, row: Row, now: dt.datetime) -> SmsMessage | None:
        """The SMS of a notice; None where it is not sent, which is noted then. One that breaks us holds up no other."""
        came: list[SmsMessage | CannotSend] = []

        def work() -> None:
            try:
                came.append(compose(self._hub, tx, row, self._channel, now))
            except CannotSend as reason:
                came.append(reason)

        broken = broken_by(work)
        made = came[0] if came else CannotSend("failed", f"broke.{broken}", "it could not be put together")
        if isinstance(made, SmsMessage):
            return made
        notices.end_notice(tx, row, made.state, made.code, made.sentence)
        return None

    # -- sending

    def _send(self, row: Row, message: SmsMessage) -> None:
        came: list[Sent | SendFailed] = []

        def call() -> None:
            try:
                came.append(self._channel.send(message))
            except SendFailed as failed:
                came.append(failed)

        broken = broken_by(call)
        outcome = came[0] if came else SendFailed(Fault.UNKNOWN, f"broke.{broken}")
        if isinstance(outcome, Sent):
            self._paused_until, self._pause = None, FIRST_PAUSE
            with self._hub.store.write() as tx:
                notices.note_sent(tx, row, outcome.provider_id, outcome.segments or segments(len(message.text)))
        else:
            log.warning("notice %s by %s: %s", row["id"], self._channel.name, outcome)
            self._note_failure(row, outcome)

    def _note_failure(self, row: Row, failed: SendFailed) -> None:
        now = self._hub.clock()
        with self._hub.store.write() as tx:
            if failed.kind is Fault.UNKNOWN:
                notices.put_back(tx, row, now + ASK_AFTER, state="sending", code=failed.code, error="no answer: the provider is asked")
            elif failed.kind is Fault.STOP:
                # A fault of the account is not one of the notice: the try is not counted.
                at = self._pause_channel(now)
                notices.put_back(tx, row, at, code=failed.code, error=notices.STOPPED, attempts=row["attempts"] - 1)
                audit.add_audit(tx, now, "sms", "sms.stopped", detail={"channel": self._channel.name, "code": failed.code})
            elif failed.kind is Fault.RETRY and row["attempts"] < MOST_ATTEMPTS:
                wait = min(FIRST_WAIT * 2 ** min(row["attempts"] - 1, 10), LONGEST_WAIT)
                notices.put_back(tx, row, now + wait, code=failed.code, error="to be tried again")
            else:
                notices.end_notice(tx, row, "failed", failed.code, _WORDS[failed.kind])

    def _pause_channel(self, now: dt.datetime) -> dt.datetime:
        self._paused_until = now + self._pause
        self._pause = min(self._pause * 2, LONGEST_PAUSE)
        return self._paused_until

    # -- asking what became of a message whose answer was lost

    def _ask(self, row: Row) -> None:
        trace = self._traced(row)
        now = self._hub.clock()
        with self._hub.store.write() as tx:
            if trace.found in (Found.SENT, Found.DELIVERED, Found.FAILED):
                notices.note_sent(tx, row, trace.provider_id, row["segments"])
                if trace.found is not Found.SENT:
                    arrived = trace.found is Found.DELIVERED
                    notices.note_receipt(tx, now, notice_id=row["id"], delivered=arrived, code=trace.code)
            elif trace.found is Found.ABSENT and now - row["sent_at"] >= SURELY_ABSENT:
                notices.put_back(tx, row, now, code="lost", error="the provider never had it")
            elif now - row["sent_at"] < ASK_NO_MORE:
                notices.put_back(tx, row, now + ASK_AGAIN, state="sending", code=trace.code, error="the provider is asked again")
            else:
                notices.end_notice(tx, row, "uncertain", trace.code or "no_answer", "nobody can say whether it was sent")

    def _traced(self, row: Row) -> Trace:
        if row["channel"] != self._channel.name:
            return Trace(Found.UNKNOWN, code="other_channel")
        came: list[Trace] = []

        def call() -> None:
            with self._hub.store.read() as tx:
                phone = open_phone(self._hub, tx, row)
            try:
                came.append(self._channel.query(out_id_of(self._hub, row), phone, row["sent_at"]))
            except SendFailed as failed:
                came.append(Trace(Found.UNKNOWN, code=failed.code))

        broken = broken_by(call)
        return came[0] if came else Trace(Found.UNKNOWN, code=f"broke.{broken}")


_WORDS: Mapping[Fault, str] = {
    Fault.RETRY: "the provider was too busy each time",
    Fault.MESSAGE: "the provider does not take this text",
    Fault.NUMBER: "the number cannot be reached",
}


def is_quiet(quiet: tuple[dt.time, dt.time] | None, moment: dt.datetime) -> bool:
    """Whether nothing is sent at this hour of the county; the span may go over midnight."""
    if quiet is None:
        return False
    start, end = quiet
    time = moment.astimezone(SHANGHAI).time()
    return start <= time < end if start < end else time >= start or time < end

