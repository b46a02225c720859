"""All answers of a case, the sealed ones too, for the process itself: to decide, never to show.

The rule it keeps: what is opened here goes into a comparison and no further. Showing it to a person is another use case,
with a reason and a log.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

from service.sealing import CannotOpen
from service.store import cases
from service.store.engine import Tx

from .context import Hub
from .drafting import sealed_purpose

log = logging.getLogger("gonzhi.hub")


def all_answers(hub: Hub, tx: Tx, row: Mapping[str, Any]) -> dict[str, Any]:
    """The stored answers of a case with the sealed ones among them, JSON-able.

    Where the secret that sealed them is gone, what is not sealed must do.
    """
    answers = dict(row["answers"])
    sealed = cases.sealed_of(tx, row["id"])
    if sealed is None:
        return answers
    try:
        answers.update(json.loads(hub.sealer.open(sealed_purpose(row["case_no"]), sealed["blob"])))
    except CannotOpen:
        log.warning("the sealed part of case %s cannot be opened", row["case_no"])
    return answers
