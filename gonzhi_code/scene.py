"""A scene (场景): one kind of matter, whole in one object.

One file under ``scenes/`` declares one ``SCENE``. Other agencies declare theirs in their own package and name it under the
entry-point group ``gonzhi_code.scenes``; the built-in ones come through the same door.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from marshmallow import ValidationError

from .answers import AnswersSchema, dump, flat_messages, undump
from .conclusions import ORDINARY, Conclusion
from .conditions import Condition, Facts, Settings
from .deadlines import Clock
from .fields import TODAY
from .forms import PLACE_WIDGETS, FieldSpec, FormSpec, build_form, posted_pairs
from .rules import Rule, Visibility
from .words import Words

UNIFIED_KEY = "unified"
UNIFIED_CODE = 0


@dataclass(frozen=True, slots=True)
class Section:
    """A group of answer keys under one heading, in the order they are asked."""

    key: str
    title: Words
    fields: tuple[str, ...]
    intro: Words | None = None
    show_when: Condition | None = None


@dataclass(frozen=True, slots=True)
class PosterWords:
    """What a poster of the scene says: four to six large characters, one line below, and the English.

    Args:
        headline, line: the large words and the line below.
        colour: of the band, ``#rrggbb``, dark enough for white words.
        icon: SVG path data on a grid of 48 units, stroked, beside the headline; ``""`` takes a general one.
        fill_in: what the second step asks for; None says what, where, and that no name is needed, which must be true.
    """

    headline: Words
    line: Words
    colour: str
    icon: str = ""
    fill_in: Words | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """A mark put on a case, and a sentence told to the citizen, whichever rule decides where it goes.

    Args:
        mark: short word, kept on the case.
        when: condition over answers and facts.
        advice: said on the receipt; None where the mark is for the desk only.
    """

    mark: str
    when: Condition
    advice: Words | None = None


@dataclass(frozen=True)
class Scene:
    """Everything true of one scene.

    Args:
        key: stable ASCII word, letters, digits and underscores.
        code: its number in printed codes (1-31 built-in, 64-127 other agencies).
        title: name on the chooser; summary: one line on what it is for.
        schema: schema of the answers; its fields carry the wording (see fields.py and answers.py).
        sections: order of the questions; every schema field stands in exactly one section.
        rules: first match decides; the last one always holds.
        clocks: the scene's own deadlines; those of the hub that it does not state come from the county's settings.
        purpose: shown above the first question: who handles the data, what for, how long, what the law says.
        warning: shown first of all, for emergencies.
        sample: one valid set of answers as JSON-able form values, without a place (the code gives it).
        accused: names of fields that may name the unit complained about.
        proper_names: those of ``accused`` that ask for the proper name of an employer, a project, a school: there a unit is meant only
            where the name is its own or a part's of it, not where the name mentions it.
        subject: name of the field that the spot's subject_name fills in, ``""`` for none.
        reporter_phone: name of the field with the reporter's mobile number, ``""`` for none.
        remarks: marks and sentences beside the rules; each that holds is added.
        conclusions: how a case can end, in the order they are offered.
        photos_of: name of the derived answer that lists the questions a photo is asked for after sending, ``""`` for none.
        number_only_sms: whether an SMS about such a case holds its number and nothing else, because a telephone is read by others too.
    """

    key: str
    code: int
    title: Words
    summary: Words
    schema: type[AnswersSchema]
    sections: tuple[Section, ...]
    rules: tuple[Rule, ...]
    clocks: tuple[Clock, ...]
    visibility: Visibility
    poster: PosterWords
    purpose: Words
    sample: Mapping[str, Any]
    warning: Words | None = None
    accused: tuple[str, ...] = ()
    proper_names: tuple[str, ...] = ()
    subject: str = ""
    reporter_phone: str = "reporter_phone"
    remarks: tuple[Remark, ...] = ()
    photos_of: str = ""
    number_only_sms: bool = False
    conclusions: tuple[Conclusion, ...] = ORDINARY

    @cached_property
    def _schema(self) -> AnswersSchema:
        outer = {name: section.show_when for section in self.sections if section.show_when for name in section.fields}
        return self.schema(shown_when=outer)

    def load(self, form: Mapping[str, Any], *, today: dt.date | None = None) -> dict[str, Any]:
        """Typed answers, and the facts derived from them, from a posted form or from JSON.

        Args:
            form: a plain mapping (values text or lists of text, or JSON-typed) or a werkzeug MultiDict.
            today: no day or month may lie after it, and what depends on time is derived from it; None: neither is done.

        Returns:
            Answers by name, in the order of the schema; questions that were left blank or hidden are absent.

        Raises:
            marshmallow.ValidationError: every bad field at once; ``messages`` maps the names of controls (a cell of a
                table is ``<name>-<i>-<sub>``) to lists of Words.
        """
        token = TODAY.set(today)
        try:
            answers: dict[str, Any] = self._schema.load(form)
        except ValidationError as error:
            raise ValidationError(flat_messages(error.messages), data=error.data, valid_data=error.valid_data) from None
        finally:
            TODAY.reset(token)
        return answers

    def dump(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """Loaded answers as JSON-able values, to be kept."""
        return dump(self._schema, answers)

    def undump(self, stored: Mapping[str, Any]) -> dict[str, Any]:
        """Answers as :meth:`load` gave them, from what :meth:`dump` made; limits are not looked at again."""
        return undump(self._schema, stored)

    @cached_property
    def form(self) -> FormSpec:
        """The form as data, in the order it is asked."""
        return build_form(self.key, self.title, self._schema, self.sections)

    @cached_property
    def fields(self) -> Mapping[str, FieldSpec]:
        """Every question by its name."""
        return {spec.name: spec for spec in self.form.fields}

    @cached_property
    def personal_fields(self) -> tuple[str, ...]:
        """Names of the answers that identify a person, in page order."""
        return tuple(name for name, spec in self.fields.items() if spec.personal or any(cell.personal for cell in spec.rows))

    @cached_property
    def fact_names(self) -> frozenset[str]:
        """Every name a rule of this scene may look at: questions and derived facts."""
        return frozenset(self._schema.fields)

    def sample_form(self) -> list[tuple[str, str]]:
        """The sample as (name, value) pairs, as its page posts them; no place, for the code gives it."""
        placeless = {name: value for name, value in self.sample.items() if self.fields[name].widget not in PLACE_WIDGETS}
        return posted_pairs(self.form, placeless)

    def remarks_on(self, facts: Facts, settings: Settings | None = None) -> tuple[Remark, ...]:
        """The remarks that hold for these answers and facts; ``settings`` are the county's."""
        return tuple(remark for remark in self.remarks if remark.when.holds(facts, settings))

    def photos_wanted(self, answers: Mapping[str, Any]) -> tuple[FieldSpec, ...]:
        """The questions whose answers ask for a photo on the receipt page."""
        return tuple(self.fields[name] for name in answers.get(self.photos_of, ()) if name in self.fields)
