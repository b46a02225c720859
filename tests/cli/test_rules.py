"""`gonzhi scenes`, `county` and `routes`: what is installed, whether it is sound, and why a case goes where it goes."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from werkzeug.datastructures import MultiDict

from gonzhi_code.scenes import all_scenes, get_scene

from .commands import VILLAGE, one_sentence

ROOT = Path(__file__).parents[2]


def test_scenes_give_programs_a_sample_and_the_form_that_posts_it(gonzhi: Any) -> None:
    told = gonzhi("scenes", "--json").data
    assert [(one["key"], one["code"]) for one in told] == [(scene.key, scene.code) for scene in all_scenes()]
    for one in told:
        assert set(one["titles"]) == {"zh", "en"}
        posted: MultiDict[str, str] = MultiDict([(name, value) for name, value in one["sample_form"]])
        assert all(isinstance(value, str) for value in posted.values())
        scene = get_scene(one["key"])
        assert scene.load(posted) == scene.load(one["sample"])


def test_scenes_are_listed_for_people_and_their_schemas_for_programs(gonzhi: Any) -> None:
    listed = gonzhi("scenes").out
    assert all(scene.key in listed and str(scene.title) in listed for scene in all_scenes())
    for scene in all_scenes():
        schema = gonzhi("scenes", "--schema", scene.key).data
        assert schema["$schema"].startswith("https://json-schema.org/")
        assert set(scene.sample) <= set(schema["properties"])
    assert one_sentence(gonzhi("scenes", "--schema", "dogs"))


def test_wenling_is_complete_and_what_is_assumed_is_listed(gonzhi: Any) -> None:
    told = gonzhi("county", "check", "--json")
    assert told.code == 0
    assert (told.data["county"], told.data["problems"]) == ("wenling", [])
    assert "townships.331081400000.owner_id" in told.data["assumed"]
    plain = gonzhi("county", "check")
    assert plain.code == 0
    assert "16 townships" in plain.out
    assert "661 villages" in plain.out


def test_a_county_folder_with_a_fault_ends_with_1_and_names_it(gonzhi: Any, tmp_path: Path) -> None:
    folder = tmp_path / "county"
    shutil.copytree(ROOT / "gonzhi_code/counties/wenling", folder)
    toml = folder / "county.toml"
    toml.write_text(toml.read_text("utf-8").replace('phone = "95598"', 'phone = "13800000000"'), "utf-8")
    told = gonzhi("county", "check", str(folder))
    assert told.code == 1
    assert "13800000000" in told.out
    toml.unlink()
    missing = gonzhi("county", "check", str(folder))
    assert missing.code == 1
    assert one_sentence(missing)


def test_a_county_is_shown_to_people_and_programs(gonzhi: Any) -> None:
    shown = gonzhi("county", "show", "--json").data
    assert (len(shown["townships"]), shown["villages"], shown["working_days_until"]) == (17, 661, "2026-12-31")
    assert "温岭市人力资源和社会保障局" in gonzhi("county", "show").out


def test_the_rules_of_every_scene_are_checked(gonzhi: Any) -> None:
    assert gonzhi("routes", "check", "--json").data == {scene.key: [] for scene in all_scenes()}
    plain = gonzhi("routes", "check")
    assert plain.code == 0
    assert plain.out.count("good") == len(all_scenes())


def test_a_decision_is_explained_rule_by_rule(gonzhi: Any) -> None:
    told = gonzhi("routes", "explain", "wage", "--place", VILLAGE, "--json").data
    assert told["lead"] == "labour"
    assert "大溪镇" in told["place"]
    assert [one["rule_id"] for one in told["tried"] if one["decided"]] == [told["rule_id"]]
    assert told["rule_id"] in gonzhi("routes", "explain", "wage").out


def test_answers_to_be_explained_may_come_from_a_file_and_are_checked(gonzhi: Any, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(dict(get_scene("wage").sample) | {"worker_count": -1}), "utf-8")
    told = gonzhi("routes", "explain", "wage", "--answers", "a.json")
    assert told.code == 1
    assert "worker_count: " in told.err
    (tmp_path / "a.json").write_text("[1]", "utf-8")
    assert gonzhi("routes", "explain", "wage", "--answers", "a.json").code == 2
    assert one_sentence(gonzhi("routes", "explain", "wage", "--place", "331081999999"))


def test_what_depends_on_today_is_explained_as_of_today_in_shanghai(gonzhi: Any, tmp_path: Path) -> None:
    sample = {name: value for name, value in get_scene("wage").sample.items() if name not in ("arrears_from", "arrears_to")}
    (tmp_path / "old.json").write_text(json.dumps(sample | {"arrears_from": "2020-01", "arrears_to": "2020-03"}), "utf-8")
    assert "over_two_years" in gonzhi("routes", "explain", "wage", "--answers", "old.json", "--json").data["marks"]
    remark = next(one for one in get_scene("wage").remarks if one.mark == "over_two_years")
    assert f"advice: {remark.advice}" in gonzhi("routes", "explain", "wage", "--answers", "old.json").out
    (tmp_path / "new.json").write_text(json.dumps(sample | {"arrears_from": "2064-01", "arrears_to": "2064-03"}), "utf-8")
    told = gonzhi("routes", "explain", "wage", "--answers", "new.json", "--json")
    assert (told.code, told.err) == (1, "")
    assert {"arrears_from", "arrears_to"} & set(told.data["errors"])


def test_a_faulty_county_is_named_before_cases_are_decided_in_it(gonzhi: Any, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "gonzhi_code/counties/wenling", tmp_path / "county")
    toml = tmp_path / "county" / "county.toml"
    toml.write_text(toml.read_text("utf-8").replace("red_workers = 30", "red_workers = 3"), "utf-8")
    (tmp_path / "cases.json").write_text("[]")
    for words in (("explain", "wage"), ("replay", "cases.json")):
        told = gonzhi("routes", *words, "--county", "./county")
        assert told.code == 1 and one_sentence(told) and "wage.red_workers (3) is below" in told.err


def test_past_cases_are_replayed_and_only_differences_are_told(gonzhi: Any, tmp_path: Path) -> None:
    scene = get_scene("wage")
    answers = scene.dump(scene.load(scene.sample))
    decided = gonzhi("routes", "explain", "wage", "--place", VILLAGE, "--json").data
    same = {"case_no": "A", "scene_key": "wage", "answers": answers, "place": VILLAGE, "rule_id": decided["rule_id"], "lead": "labour"}
    (tmp_path / "cases.json").write_text(json.dumps([same, same | {"case_no": "B", "lead": "police"}]), "utf-8")
    told = gonzhi("routes", "replay", "cases.json", "--json")
    assert told.code == 0
    assert [(one["case_no"], one["was_lead"], one["now_lead"], one["moved"]) for one in told.data] == [("B", "police", "labour", True)]
    assert "2 cases, 1 would" in gonzhi("routes", "replay", "cases.json").out
    for text in ("{}", "[3]", "nonsense"):
        (tmp_path / "cases.json").write_text(text)
        assert gonzhi("routes", "replay", "cases.json").code == 2


def test_the_installed_command_runs_and_a_reader_may_stop_reading() -> None:
    command = Path(sys.executable).parent / "gonzhi"
    version = subprocess.run([command, "--version"], capture_output=True, text=True, check=True)
    assert re.fullmatch(r"gonzhi \d+\.\d+\.\d+\n", version.stdout)
    head = subprocess.run(f"{command} scenes --json | head -c 1", shell=True, capture_output=True, text=True, check=True)
    assert (head.stdout, head.stderr) == ("[", "")
