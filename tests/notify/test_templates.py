"""The texts of every SMS stand within the providers' rules, however their variables are filled."""

import pytest

from service.hub.telling import Kind
from service.notify.templates import (
    BANNED_WORDS,
    NUMBER_ONLY,
    TEXTS,
    VARIABLES,
    Template,
    choose,
    faults_of,
    faults_of_page,
    faults_of_sign,
    fits,
    longest_of,
    make_templates,
    segments,
    signed,
)

SIGN = "温岭市社会治理中心"
PAGE = "gz.wl.gov.cn/track"
FULL = {"no1": "K7DM", "no2": "4QXA", "unit": "新河镇社会发展服务办公室", "result": "泵房噪声已整改，夜间停机", "date": "12月13日"}
KINDS = tuple(kind.value for kind in Kind)


@pytest.mark.parametrize("page", ["", PAGE])
def test_no_provider_has_a_reason_to_refuse_a_text(page):
    assert faults_of(make_templates(page).values(), SIGN) == []


def test_every_kind_has_a_text_with_the_number_alone():
    assert {key.removesuffix(NUMBER_ONLY) for key in TEXTS if key.endswith(NUMBER_ONLY)} == set(KINDS)
    for template in make_templates().values():
        if template.key.endswith(NUMBER_ONLY):
            assert template.names == ("no1", "no2")


@pytest.mark.parametrize("page", ["", PAGE])
def test_what_holds_the_number_alone_is_one_segment_and_the_longest_is_two(page):
    for template in make_templates(page).values():
        parts = segments(longest_of(template, SIGN))
        assert parts == 1 if template.key.endswith(NUMBER_ONLY) else parts <= 2, template.key


@pytest.mark.parametrize(("characters", "parts"), [(1, 1), (70, 1), (71, 2), (134, 2), (135, 3), (160, 3), (500, 8)])
def test_segments_are_counted_as_the_providers_bill_them(characters, parts):
    assert segments(characters) == parts


def test_a_text_reads_as_it_should():
    template = choose(make_templates(), "resolved", FULL, 35)
    assert signed(SIGN, template.filled(FULL)) == (
        "【温岭市社会治理中心】编号K7DM-4QXA的事项已办结：泵房噪声已整改，夜间停机。请回复1至5评价，5为非常满意，1为非常不满意。"
    )
    assert "凭编号可在 gz.wl.gov.cn/track 查进度" in make_templates(PAGE)["received"].text


def test_texts_are_written_as_each_provider_files_them():
    template = make_templates()["resolved"]
    assert template.as_aliyun().startswith("编号${no1}-${no2}的事项已办结：${result}。")
    assert template.as_tencent().startswith("编号{1}-{2}的事项已办结：{3}。")


@pytest.mark.parametrize(
    ("name", "value", "most", "fit"),
    [
        ("result", "泵房噪声已整改", 35, True),
        ("result", "泵房噪声已整改", 6, False),
        ("result", "字" * 36, 99, False),
        ("result", "", 35, False),
        ("result", "已由人民调解委员会处理", 35, False),
        ("result", "详见https://x.cn/a", 35, False),
        ("result", "详见gz.example.com", 35, False),
        ("result", "请致电13857612345", 35, False),
        ("result", "请致电138 5761 2345", 35, False),
        ("result", "请致电0576-86123456", 35, True),
        ("result", "罚款2000元", 35, True),
        ("result", "【已办】", 35, False),
        ("date", "12月13日", 6, True),
        ("no1", "K7DM", 6, True),
    ],
)
def test_a_value_that_a_provider_would_not_take_is_seen_before_it_is_sent(name, value, most, fit):
    assert fits(name, value, most) is fit


@pytest.mark.parametrize("kind", KINDS)
def test_a_value_that_does_not_fit_leaves_the_number_alone(kind):
    templates = make_templates()
    telling = choose(templates, kind, FULL, 35)
    assert (telling.key == kind) is (kind in templates)
    for spoiled in ({**FULL, "unit": "", "result": "", "date": ""}, {"no1": "K7DM", "no2": "4QXA"}):
        assert choose(templates, kind, spoiled, 35).key == kind + NUMBER_ONLY


def test_at_six_characters_a_variable_only_the_number_and_the_date_are_told():
    chosen = {kind: choose(make_templates(), kind, FULL, 6).key for kind in KINDS}
    assert {kind for kind, key in chosen.items() if key == kind} == {"extended"}
    assert all(VARIABLES[name] <= 6 for key in chosen.values() for name in make_templates()[key].names)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{no1}{no2}的事项已办结", "side by side"),
        ("编号{no1}，{no1}", "twice"),
        ("{no1}", "nothing but variables"),
        ("【通知】编号{no1}", "holds 【"),
        ("编号{no1}★", "holds ★"),
        *[(f"编号{{no1}}{word}", f"the word {word}") for word in BANNED_WORDS],
        ("编号{name}已办结", "unknown variable name"),
        ("字" * 490, "501 characters"),
    ],
)
def test_what_a_provider_would_refuse_is_said_in_a_sentence(text, fault):
    names = tuple(part.split("}")[0] for part in text.split("{")[1:])
    (said, *_) = faults_of([Template("received", text, names)], SIGN)
    assert said.startswith("received: ") and fault in said


@pytest.mark.parametrize(("sign", "fine"), [(SIGN, True), ("温", False), ("温" * 13, False), ("【温岭】", False), ("温岭测试", False), ("WLtest", False)])
def test_a_signature_has_two_to_twelve_plain_characters(sign, fine):
    assert (faults_of_sign(sign) == []) is fine


@pytest.mark.parametrize(("page", "fine"), [("", True), (PAGE, True), ("https://gz.wl.gov.cn/track", False), ("gz.wl.gov.cn/track?c=1", False), ("查询", False)])
def test_the_address_in_a_text_is_a_host_and_a_path(page, fine):
    assert (faults_of_page(page) == []) is fine
