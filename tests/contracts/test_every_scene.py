"""What every scene must keep, ours or another agency's. A new scene is tested by being installed, or listed here."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from gonzhi_code.conditions import ALWAYS
from gonzhi_code.counties import load_county
from gonzhi_code.forms import PLACE_WIDGETS, FieldSpec
from gonzhi_code.json_schema import json_schema
from gonzhi_code.routing import route
from gonzhi_code.routing_checks import check_rules
from gonzhi_code.scene import Scene
from gonzhi_code.scenes import all_scenes
from gonzhi_code.words import Words

OUTSIDE = Path(__file__).parents[1] / "outside_scene"
TODAY = dt.date(2026, 11, 24)
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:?!()]|[,;:?!()][\u4e00-\u9fff]")
HAN = re.compile(r"[\u4e00-\u9fff]")
LAW = re.compile(r"第[一二三四五六七八九十百]+条|〔20\d\d〕|（[^）]*(?:条例|办法|细则)[^）]*）")
ENGLISH_LAW = re.compile(r"\b(?:Arts?\.|Decree|Order|Document|Measures|Law|Code|rules)")
WIDGETS = frozenset(
    ["text", "textarea", "tel", "money", "number", "month", "date", "radio", "checkboxes", "select", "township", "village", "confirm", "rows"]
)


def _outside_scene() -> Scene:
    space: dict[str, Any] = {"__name__": "harbour_code"}
    exec(compile((OUTSIDE / "harbour_code.py").read_text(encoding="utf-8"), "harbour_code.py", "exec"), space)
    scene: Scene = space["SCENE"]
    return scene


SCENES = [*all_scenes(), _outside_scene()]


@pytest.fixture(params=SCENES, ids=[scene.key for scene in SCENES])
def scene(request: pytest.FixtureRequest) -> Scene:
    found: Scene = request.param
    return found


def _specs(scene: Scene) -> Iterator[FieldSpec]:
    for spec in scene.form.fields:
        yield spec
        yield from spec.rows


def test_its_key_is_a_word_and_its_number_is_in_range(scene: Scene) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", scene.key)
    assert 1 <= scene.code <= 31 or 64 <= scene.code <= 127


def test_its_sample_is_accepted_and_brings_no_place(scene: Scene) -> None:
    answers = scene.load(scene.sample, today=TODAY)
    assert set(scene.sample) <= set(answers)
    assert not {name for name in answers if name in scene.fields and scene.fields[name].widget in PLACE_WIDGETS}


def test_its_sample_as_posted_by_a_page_gives_the_same_answers(scene: Scene) -> None:
    pairs = scene.sample_form()
    assert all(isinstance(name, str) and isinstance(value, str) and value for name, value in pairs)
    lists: dict[str, list[str]] = {}
    for name, value in pairs:
        lists.setdefault(name, []).append(value)
    expected = scene.load(scene.sample, today=TODAY)
    assert scene.load(MultiDict(pairs), today=TODAY) == expected
    assert scene.load(lists, today=TODAY) == expected


def test_its_answers_survive_being_kept_as_json(scene: Scene) -> None:
    answers = scene.load(scene.sample, today=TODAY)
    kept = json.loads(json.dumps(scene.dump(answers), ensure_ascii=False))
    assert scene.undump(kept) == answers
    assert list(kept) == list(answers)


def test_every_question_stands_in_exactly_one_section_and_every_derived_fact_in_none(scene: Scene) -> None:
    asked = [name for section in scene.sections for name in section.fields]
    schema = scene.schema()
    assert sorted(asked) == sorted(schema.load_fields)
    assert not set(asked) & {name for name, field in schema.fields.items() if field.dump_only}


def test_a_question_appears_after_those_that_show_it(scene: Scene) -> None:
    seen: set[str] = set()
    for section in scene.form.sections:
        outer = section.show_when.fields() if section.show_when else frozenset()
        assert outer <= seen, section.key
        for spec in section.fields:
            looked_at = spec.show_when.fields() if spec.show_when else frozenset()
            assert looked_at <= seen, f"{spec.name} is asked before {looked_at - seen}"
            seen.add(spec.name)


def _wordings(scene: Scene) -> Iterator[Words]:
    wordings = [scene.title, scene.summary, scene.purpose, scene.poster.headline, scene.poster.line, scene.warning]
    wordings += [words for rule in scene.rules for words in (rule.why, *rule.advice)]
    wordings += [remark.advice for remark in scene.remarks] + [clock.title for clock in scene.clocks]
    wordings += [words for section in scene.form.sections for words in (section.title, section.intro)]
    for spec in _specs(scene):
        wordings += [spec.label, spec.hint, spec.note, spec.unit]
        wordings += [words for option in spec.options for words in (option.label, option.hint)]
    yield from (words for words in wordings if words is not None)


def test_every_wording_has_chinese_and_english(scene: Scene) -> None:
    for words in _wordings(scene):
        assert isinstance(words, Words), words
        assert HAN.search(words), words
        assert words.en and not HAN.search(words.en), f"{words!r} has no English: {words.en!r}"


def test_chinese_has_chinese_punctuation(scene: Scene) -> None:
    for words in _wordings(scene):
        assert not HALF_WIDTH.search(words), words


def test_who_wants_an_sms_leaves_a_number(scene: Scene) -> None:
    if "wants_feedback" not in scene.fields:
        return
    validator = Draft202012Validator(json_schema(scene.form))
    form = {name: value for name, value in scene.sample.items() if name != scene.reporter_phone} | {"wants_feedback": True}
    try:
        assert "wants_feedback" not in scene.load(form, today=TODAY)  # not asked of those who stay anonymous
    except ValidationError as error:
        assert set(error.messages) == {scene.reporter_phone}
        assert any(f"'{scene.reporter_phone}' is a required property" in problem.message for problem in validator.iter_errors(form))


def test_a_law_that_the_chinese_cites_is_cited_in_english_too(scene: Scene) -> None:
    for spec in _specs(scene):
        said = [spec.hint, spec.note, *(option.hint for option in spec.options)]
        for words in said:
            if words and LAW.search(words):
                assert ENGLISH_LAW.search(words.en), f"{spec.name}: {words} / {words.en}"


def test_a_poster_headline_is_four_to_six_characters(scene: Scene) -> None:
    assert 4 <= len(scene.poster.headline) <= 6


def test_every_question_is_drawn_by_a_known_widget_and_choices_have_distinct_values(scene: Scene) -> None:
    for spec in _specs(scene):
        assert spec.widget in WIDGETS, spec.name
        values = [option.value for option in spec.options]
        assert len(values) == len(set(values))
        assert bool(values) == (spec.widget in ("radio", "checkboxes", "select", "confirm")), spec.name


def test_its_json_schema_is_one_and_takes_the_sample(scene: Scene) -> None:
    schema = json.loads(json.dumps(json_schema(scene.form)))
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(dict(scene.sample))
    assert list(schema["properties"]) == [spec.name for spec in scene.form.fields]


def test_its_json_schema_misses_what_the_form_misses(scene: Scene) -> None:
    validator = Draft202012Validator(json_schema(scene.form))
    for name in scene.sample:
        short = {key: value for key, value in scene.sample.items() if key != name}
        try:
            scene.load(short, today=TODAY)
            missing = False
        except ValidationError as error:
            missing = name in error.messages
        # Dropping an answer may also hide questions; only what is said of this very name is compared.
        said = [problem for problem in validator.iter_errors(short) if f"'{name}' is a required property" in problem.message]
        assert bool(said) == missing, name


def test_an_empty_form_is_told_every_needed_answer_at_once_in_both_languages(scene: Scene) -> None:
    with pytest.raises(ValidationError) as caught:
        scene.load({}, today=TODAY)
    messages = caught.value.messages
    needed = {spec.name for section in scene.form.sections if not section.show_when for spec in section.fields if spec.required and not spec.show_when}
    assert set(messages) == needed
    for sentences in messages.values():
        assert all(isinstance(words, Words) and HAN.search(words) and not HAN.search(words.en) for words in sentences)


def test_keys_it_does_not_know_are_ignored_and_derived_facts_cannot_be_posted(scene: Scene) -> None:
    answers = scene.load(scene.sample, today=TODAY)
    derived = {name: "forged" for name, field in scene.schema().fields.items() if field.dump_only}
    assert scene.load({**scene.sample, **derived, "submission_id": "x", "csrf": "y", "": "z"}, today=TODAY) == answers


def test_what_identifies_a_person_is_marked(scene: Scene) -> None:
    telephones = {spec.name for spec in scene.form.fields if spec.widget == "tel"}
    named = {name for name in scene.fields if re.search(r"(^|_)(phone|id_no|passphrase)$", name) or name in ("reporter_name", "inspector_name")}
    assert telephones | named <= set(scene.personal_fields)
    assert not scene.reporter_phone or scene.reporter_phone in scene.personal_fields


def test_the_names_it_declares_are_questions_of_its_own(scene: Scene) -> None:
    assert set(scene.accused) <= set(scene.fields)
    assert not scene.subject or scene.subject in scene.fields
    assert not scene.photos_of or scene.photos_of in scene.fact_names


def test_its_rules_are_total_and_bound_and_its_sample_reaches_a_lead(scene: Scene) -> None:
    county = load_county("wenling")
    assert check_rules(scene, county) == []
    assert scene.rules[-1].when == ALWAYS
    decision = route(scene, scene.load(scene.sample, today=TODAY), None, county)
    assert decision.lead.name and HAN.search(decision.why)


def test_its_clocks_name_their_source(scene: Scene) -> None:
    for clock in scene.clocks:
        assert clock.source and clock.span.amount > 0
        if clock.key.startswith("statutory."):
            assert clock.source != "setting" and not clock.setting


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.sampled_from(["yes", "complaint", "2026-03", "abc,1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize("scene", SCENES, ids=[scene.key for scene in SCENES])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_input_of_any_kind_raises_anything_but_sentences(scene: Scene, data: st.DataObject) -> None:
    names = list(scene.fields)
    changed = data.draw(st.dictionaries(st.sampled_from(names), JSON, max_size=5))
    form = {**scene.sample, **changed}
    try:
        scene.dump(scene.load(form, today=TODAY))
    except ValidationError as error:
        for name, sentences in error.messages.items():
            assert name.partition("-")[0] in scene.fields
            assert sentences and all(isinstance(words, Words) and HAN.search(words) for words in sentences)


@pytest.mark.parametrize("form", [None, [], "text", 7, [("kind", "complaint")]])
def test_what_is_no_form_at_all_is_refused_with_a_sentence(scene: Scene, form: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        scene.load(form)
    assert all(isinstance(words, Words) for words in caught.value.messages["_schema"])
