"""Replaying cases: what would go elsewhere under another county, and nothing of what people wrote."""

import datetime as dt
import json
import secrets
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

import gonzhi_code
from gonzhi_code.scenes import all_scenes
from service.cli import main
from service.hub.intake import submit
from service.hub.replaying import replay_cases
from service.sealing import Sealer
from service.store import audit, cases

from .conftest import sample

DAY = dt.date(2026, 11, 24)


def send(hub, scene_key, number=1, token=None, **answers):
    return submit(
        hub, token_text=token, scene_key=scene_key, form=sample(scene_key, **answers),
        submission_id=f"{scene_key}-{number:06d}", address="115.231.8.9", language="zh",
    )  # fmt: skip


def bound(county, role, unit_id):
    """The county with another unit in a role."""
    return replace(county, roles={**county.roles, role: unit_id}, digest="another")


@pytest.mark.parametrize("scene_key", [scene.key for scene in all_scenes()])
def test_under_the_same_rules_every_case_goes_where_it_went(hub, code, scene_key):
    for token in (code.token, None):
        send(hub, scene_key, number=1 if token else 2, token=token)
    found = replay_cases(hub, scene_key, DAY, hub.county, by="test")
    assert (found.looked_at, found.differences, found.unreadable) == (2, (), ())


def test_a_case_that_would_go_elsewhere_is_named_without_a_word_of_it(hub, code):
    receipt = send(hub, "medins", token=code.token, description="某药店主任王某让我用医保卡换了一台养生仪")
    other = bound(hub.county, _role_of(hub, receipt.lead.id), "police")
    found = replay_cases(hub, "medins", DAY, other, by="cli:clerk")
    (one,) = found.differences
    assert (one.case_no, one.was_lead, one.now_lead, one.moved) == (receipt.case_no, receipt.lead.id, "police", True)
    assert one.was_rule == one.now_rule and one.why == "" and "王某" not in repr(found)
    with hub.store.read() as tx:
        (entry,) = [entry for entry in audit.recent_audit(tx) if entry["action"] == "answers.replay"]
    assert (entry["who"], entry["detail"]) == ("cli:clerk", {"scene_key": "medins", "since": "2026-11-24"})


def test_of_a_sealed_case_not_even_the_rule_is_told(hub, code):
    receipt = send(hub, "campus", token=code.token)
    with hub.store.write() as tx:
        row = cases.get_case(tx, receipt.case_no)
        cases.change_case(tx, row["id"], row["version"], {"visibility": "sealed"})
    found = replay_cases(hub, "campus", DAY, bound(hub.county, _role_of(hub, receipt.lead.id), "centre"), by="test")
    (one,) = found.differences
    assert (one.was_rule, one.now_rule, one.case_no) == ("", "", receipt.case_no)


def test_a_hand_over_by_people_is_no_difference(hub, code):
    receipt = send(hub, "general", token=code.token)
    with hub.store.write() as tx:
        row = cases.get_case(tx, receipt.case_no)
        cases.change_case(tx, row["id"], row["version"], {"lead_unit_id": "police", "holder": "police"})
    assert replay_cases(hub, "general", DAY, hub.county, by="test").differences == ()


def test_only_cases_of_the_scene_since_the_day_are_looked_at(hub, code, clock):
    send(hub, "general", 1, code.token)
    send(hub, "wage", 1, code.token)
    clock.move(days=2)
    send(hub, "general", 2, code.token)
    assert replay_cases(hub, "general", DAY, hub.county, by="test").looked_at == 2
    assert replay_cases(hub, "general", DAY + dt.timedelta(days=1), hub.county, by="test").looked_at == 1


def test_a_case_whose_answers_do_not_open_is_named(hub, code):
    receipt = send(hub, "general", token=code.token)
    stranger = replace(hub, sealer=Sealer(secrets.token_bytes(32)))
    found = replay_cases(stranger, "general", DAY, hub.county, by="test")
    assert (found.looked_at, found.unreadable) == (0, (receipt.case_no,))


def _role_of(hub, unit_id):
    return next(role for role, bound_to in hub.county.roles.items() if bound_to == unit_id)


def test_the_command_reads_a_county_folder_and_says_what_would_change(tmp_path, capsys):
    environ = {
        "GONZHI_VAR": str(tmp_path / "var"), "GONZHI_BASE_URL": "https://gz.example.gov.cn/s/",
        "GONZHI_SECRET": secrets.token_hex(32), "GONZHI_CODE_KEYS": f"a={secrets.token_hex(32)}",
    }  # fmt: skip
    assert main(["migrate"], environ) == 0
    folder = tmp_path / "wenling"
    shutil.copytree(Path(gonzhi_code.__file__).parent / "counties" / "wenling", folder)
    capsys.readouterr()
    assert main(["replay", "wage", "--since", "2026-01-01", "--county", str(folder), "--json"], environ) == 0
    assert json.loads(capsys.readouterr().out) == {"looked_at": 0, "differences": [], "unreadable": []}
    assert main(["replay", "wage", "--since", "2026-01-01"], environ) == 0
    assert capsys.readouterr().out == "0 cases since 2026-01-01, 0 would be decided differently, 0 would go elsewhere\n"
    for wrong in (["wages", "--since", "2026-01-01"], ["wage", "--since", "January"], ["wage", "--since", "2026-01-01", "--county", str(tmp_path)]):
        assert main(["replay", *wrong], environ) != 0
        assert capsys.readouterr().err.count("\n") == 1
