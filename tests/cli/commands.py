"""What the tests of the command line share: the outcome of a command, and the words of one that issues a code."""

from __future__ import annotations

import json
from typing import Any

from tests.code_samples import BASE_URL

VILLAGE, OTHER_VILLAGE = "331081101204", "331081001018"


class Told:
    """What one command gave back."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def data(self) -> Any:
        return json.loads(self.out)


def issue_words(keys: str, *more: str) -> tuple[str, ...]:
    return ("issue", "--keys", keys, "--base-url", BASE_URL, "--spot", "7", "--name", "文化礼堂", "--village", VILLAGE, *more)


def one_sentence(told: Told) -> bool:
    return told.err.startswith("gonzhi: ") and told.err.count("\n") == 1 and "Traceback" not in told.err
