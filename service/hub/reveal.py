"""What somebody at a desk reads of the answers: open ones plainly, personal ones masked, and whole with a reason that is logged.

The rules it keeps: whatever identifies a person stands masked until somebody who may (``permissions.may_reveal``) gives a
reason; then it is shown on one page, once, and the log says who, when, why and which answers. The words of a protected or
sealed case are read by those alone who may reveal, and each reading is logged; the others work with the rest.

Sources: Personal Information Protection Law Arts. 6, 51; Decree 735 Arts. 32, 35; JR/T 0197-2020 for the shapes of masks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gonzhi_code.forms import FieldSpec
from gonzhi_code.routing import Visibility
from gonzhi_code.words import Words
from service.store import audit, cases
from service.store.engine import Tx

from .accounts import User
from .context import Hub
from .opening import all_answers
from .permissions import may_reveal
from .refusals import Incomplete, NotAllowed
from .seeing import seen_case

LONGEST_REASON = 200
MASK = "*"
_NO_REASON = Words("请写明为什么要看，会记入审计", "Say why you need it; it goes into the audit trail")
_LONG = Words(f"最多 {LONGEST_REASON} 个字", f"At most {LONGEST_REASON} characters")

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Shown:
    """Answers as one person reads them.

    Args:
        answers: by question, JSON-able; masked ones are masked already.
        masked: questions whose answers are masked or, where no mask would say anything, left out of ``answers``.
        closed: questions that were answered and that this person does not read at all.
        revealed: whether nothing is masked.
    """

    answers: Mapping[str, Any]
    masked: frozenset[str]
    closed: frozenset[str]
    revealed: bool = False


def shown_answers(hub: Hub, tx: Tx, user: User, row: Row, *, revealed: bool = False) -> Shown:
    """The answers of a case for somebody who sees it.

    Args:
        revealed: a reason was given and logged in this request (:func:`reveal`).
    """
    plan = hub.plans.get(row["scene_key"])
    answers = all_answers(hub, tx, row)
    personal = plan.personal if plan else frozenset(answers) - frozenset(row["answers"])
    sealed = frozenset(answers) - frozenset(row["answers"])
    if row["visibility"] != Visibility.NORMAL.value and not may_reveal(hub.county, user, row):
        return Shown(dict(row["answers"]), frozenset(), sealed)
    if revealed:
        return Shown(answers, frozenset(), frozenset(), revealed=True)
    specs = plan.scene.fields if plan else {}
    masks = {name: _masked(specs.get(name), name, answers[name]) for name in sealed & personal}
    told = {name: masks.get(name, value) for name, value in answers.items()}
    return Shown({name: value for name, value in told.items() if value is not None}, frozenset(masks), frozenset())


def reveal(hub: Hub, user: User, case_no: str, reason: str) -> None:
    """Log that somebody opens who reported a case; the page that follows in the same request may show it.

    Raises:
        NotAllowed: ``no_case``, ``hidden``, ``no_verb``. Incomplete: ``reason``.
    """
    said = reason.strip()
    with hub.store.write() as tx:
        row = seen_case(hub, tx, user, case_no)
        if not may_reveal(hub.county, user, row):
            raise NotAllowed("no_verb")
        if not said or len(said) > LONGEST_REASON:
            raise Incomplete({"reason": _LONG if said else _NO_REASON})
        plan = hub.plans.get(row["scene_key"])
        names = sorted(set(all_answers(hub, tx, row)) & (plan.personal if plan else frozenset()))
        audit.add_audit(tx, hub.clock(), user.username, "reveal", case_id=row["id"], reason=said, detail={"fields": names})


def log_reading(hub: Hub, user: User, row: Row) -> None:
    """Note that somebody read the words of a case that is kept from others."""
    if row["visibility"] == Visibility.NORMAL.value or not may_reveal(hub.county, user, row):
        return
    with hub.store.write() as tx:
        if cases.sealed_of(tx, row["id"]) is not None:
            audit.add_audit(tx, hub.clock(), user.username, "read_words", case_id=row["id"])


def mask_name(text: str) -> str:
    """``张三丰`` -> ``张**``."""
    return text[:1] + MASK * (len(text) - 1)


def mask_phone(text: str) -> str:
    """``13800138000`` -> ``138****8000``; what is shorter keeps its last two."""
    return f"{text[:3]}****{text[-4:]}" if len(text) >= 11 else MASK * max(len(text) - 2, 0) + text[-2:]


def mask_number(text: str) -> str:
    """A resident's number: the first and the last character."""
    return text[:1] + MASK * (len(text) - 2) + text[-1:] if len(text) > 2 else MASK * len(text)


def _masked(spec: FieldSpec | None, name: str, value: Any) -> Any:
    """A mask that tells two people apart on the telephone and no more; None where none would."""
    if isinstance(value, list):
        cells = {cell.name: cell for cell in spec.rows} if spec else {}
        return [{key: _cell(cells.get(key), key, one) for key, one in line.items()} for line in value if isinstance(line, dict)]
    return _cell(spec, name, value)


def _cell(spec: FieldSpec | None, name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value if spec is not None and not spec.personal else None
    if spec is not None and not spec.personal:
        return value
    if (spec and spec.widget == "tel") or name.endswith("phone"):
        return mask_phone(value)
    if name.endswith("id_no"):
        return mask_number(value)
    return mask_name(value) if name.endswith(("name", "leader")) else None
