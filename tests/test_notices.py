"""The notice above each form: every kind of personal data is named, it reads well, and a case keeps which notice was shown."""

from __future__ import annotations

import hashlib
import re

import pytest

from gonzhi_code.scenes import all_scenes, get_scene
from gonzhi_code.scenes.envelope import NOTICE_VERSION
from tests.parts.deciding import load

SCENES = [scene for scene in all_scenes() if scene.code < 32]
# A notice that reads otherwise is another notice: give NOTICE_VERSION a new day, and write its digest down here.
DIGESTS = {"2026-11-24": "400f4ff2be7d3f5f"}
# What a question is called in the notice, and in English.
KINDS = {
    "reporter_name": ("姓名", "name"), "reporter_phone": ("手机号", "mobile"), "reporter_id_no": ("身份证号", "id number"),
    "reporter_address": ("住址", "address"), "representatives": ("代表", "those you write of"), "workers": ("工友", "those you write of"),
    "team_leader": ("班组长", "those you write of"), "employer_contact": ("负责人", "those you write of"), "reward_passphrase": ("领奖暗语", "claim phrase"),
}  # fmt: skip


@pytest.mark.parametrize("scene", SCENES, ids=[scene.key for scene in SCENES])
def test_the_notice_names_every_kind_of_personal_data(scene) -> None:
    zh, en = KINDS_OF.match(scene.purpose), KINDS_OF_EN.search(scene.purpose.en)
    assert zh is not None and en is not None
    for name in scene.personal_fields:
        assert KINDS[name][0] in zh["kinds"], name
        assert KINDS[name][1] in en["kinds"], name


KINDS_OF = re.compile(r"这些内容由.+使用，只用来.+（依据：《.+》.*?）。其中属于个人信息的是：(?P<kinds>[^。；]+)。")
KINDS_OF_EN = re.compile(r"Personal data in it: (?P<kinds>[^.;]+)\. ")


@pytest.mark.parametrize("scene", SCENES, ids=[scene.key for scene in SCENES])
def test_the_notice_reads_well_and_says_whose_it_is_how_long_and_what_rights(scene) -> None:
    notice = scene.purpose
    assert len(notice) <= 240 and max(map(len, notice.split("。"))) <= 85
    assert "。。" not in notice and "  " not in notice.en and ".." not in notice.en
    for said in ("社会治理中心", "隐去", "多久见后面的链接", "12345"):
        assert said in notice


def test_the_campus_notice_says_what_not_to_write_of_pupils() -> None:
    notice = get_scene("campus").purpose
    assert "学生的姓名、班级、照片一概不要写" in notice and "不满 14 岁的，请家长来填" in notice


@pytest.mark.parametrize("scene", SCENES, ids=[scene.key for scene in SCENES])
def test_a_case_keeps_which_notice_was_shown_and_nobody_can_post_another(scene) -> None:
    assert load(scene.key, notice_version="1999-01-01")["notice_version"] == NOTICE_VERSION
    assert scene.undump(scene.dump(load(scene.key)))["notice_version"] == NOTICE_VERSION


def test_a_notice_that_reads_otherwise_has_a_version_of_its_own() -> None:
    texts = [text for scene in SCENES for text in (str(scene.purpose), scene.purpose.en)]
    assert hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16] == DIGESTS[NOTICE_VERSION]
