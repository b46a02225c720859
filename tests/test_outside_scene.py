"""Another agency's scene, installed beside the library and used through the one door: listed, filled in, routed, printed on a code.

It runs in a process of its own, because the installed scenes are found once in a process.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

SOURCE = Path(__file__).parent / "outside_scene"

JOURNEY = """
import datetime as dt, json
import gonzhi_code as gz
from gonzhi_code.json_schema import json_schema
from gonzhi_code.routing_checks import check_rules

county = gz.load_county("wenling")
signer = gz.CodeSigner(gz.KeyRing({"a": b"k" * 32}, issuing="a"), base_url="https://gz.example.gov.cn/s/")
spot = gz.Spot(id=9, name="渔港码头", village_id="331081105000")
code = signer.issue(spot, scene_key="harbour", serial=1, issued_on=dt.date(2026, 11, 23))
claims = signer.verify(code.url)
scene = gz.get_scene(claims.scene_key)
answers = scene.load(dict(scene.sample_form()), today=dt.date(2026, 11, 24))
decision = gz.route(scene, answers, spot, county)
refused = {}
try:
    scene.load({"matter": "adrift"})
except Exception as error:
    refused = error.messages
print(json.dumps({
    "listed": [one.key for one in gz.all_scenes()],
    "scene_code": claims.scene_code,
    "asked": [spec.name for spec in scene.form.fields],
    "schema_title": json_schema(scene.form)["title"],
    "answers": scene.dump(answers),
    "refused": refused,
    "problems": check_rules(scene, county),
    "rule": decision.rule_id,
    "lead": decision.lead.id,
    "clocks": [clock.key for clock in decision.clocks],
}))
"""

SERVICE = """
import json, sys
from pathlib import Path
from gonzhi_code.spots import Spot
from service.hub.codes import mint
from tests.web.conftest import open_site

site = open_site(Path(sys.argv[1]))
site.codes["harbour"] = mint(site.hub, Spot(id=9, name="渔港码头", village_id="331081105000"), "harbour")
client = site.client()
page = client.get(site.path("harbour"), headers={"Accept-Encoding": "identity"})
missed = client.post(site.path("harbour"), data=site.sample("harbour", people_aboard=None), headers={"Accept-Encoding": "identity"})
sent = client.post(site.path("harbour"), data=site.sample("harbour"))
receipt = client.get(sent.headers["Location"], headers={"Accept-Encoding": "identity"})
print(json.dumps({
    "page": page.get_data(as_text=True), "missed": [missed.status_code, missed.get_data(as_text=True)],
    "sent": sent.status_code, "receipt": receipt.get_data(as_text=True),
}))
"""


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder with the package and its dist-info, as an installer leaves them."""
    project = tomllib.loads((SOURCE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    target = tmp_path / "site"
    info = target / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir(parents=True)
    (target / "harbour_code.py").write_bytes((SOURCE / "harbour_code.py").read_bytes())
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n", encoding="utf-8")
    lines = []
    for group, points in project["entry-points"].items():
        lines += [f"[{group}]", *(f"{name} = {value}" for name, value in points.items())]
    (info / "entry_points.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return target


def _python(site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # The checkout's top folder holds the service, which is no part of the installed package.
    environ = os.environ | {"PYTHONPATH": os.pathsep.join([str(site), str(SOURCE.parents[1])]), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run([sys.executable, *arguments], env=environ, capture_output=True, text=True, encoding="utf-8", timeout=60)


def test_an_installed_scene_of_another_agency_is_listed_filled_in_and_routed(installed: Path) -> None:
    run = _python(installed, "-c", JOURNEY)
    assert run.returncode == 0, run.stderr
    seen: dict[str, Any] = json.loads(run.stdout)
    assert seen["listed"] == ["wage", "medins", "shelter", "campus", "general", "harbour"]
    assert seen["scene_code"] == 64
    assert seen["asked"][:2] == ["matter", "people_aboard"] and seen["schema_title"] == "渔港安全"
    assert seen["answers"]["people_aboard"] == 2 and seen["answers"]["rescue"] is True
    assert set(seen["refused"]) == {"people_aboard", "in_danger", "description"}
    assert seen["problems"] == []
    assert (seen["rule"], seen["lead"]) == ("harbour.rescue", "police")
    assert "statutory.look" in seen["clocks"] and "acknowledge" in seen["clocks"]


def test_the_service_asks_it_refuses_it_and_takes_it_without_a_template_of_its_own(installed: Path, tmp_path: Path) -> None:
    run = _python(installed, "-c", SERVICE, str(tmp_path / "var"))
    assert run.returncode == 0, run.stderr
    seen: dict[str, Any] = json.loads(run.stdout)
    assert 'name="people_aboard"' in seen["page"] and "渔港安全" in seen["page"]
    status, page = seen["missed"]
    assert status == 422 and "请填写：船上几个人" in page
    assert seen["sent"] == 303
    assert "公安" in seen["receipt"] and "有人有危险，公安先到" in seen["receipt"]


def test_the_command_line_lists_it_with_its_sample_form(installed: Path) -> None:
    run = _python(installed, "-c", "import sys; from gonzhi_code.cli import main; sys.exit(main(['scenes', '--json']))")
    assert run.returncode == 0, run.stderr
    harbour = {one["key"]: one for one in json.loads(run.stdout)}["harbour"]
    assert harbour["code"] == 64 and ["people_aboard", "2"] in harbour["sample_form"]


def test_a_second_scene_with_a_number_that_is_taken_stops_the_listing(installed: Path) -> None:
    module = installed / "harbour_code.py"
    module.write_text(module.read_text(encoding="utf-8").replace("code=64", "code=5"), encoding="utf-8")
    run = _python(installed, "-c", "from gonzhi_code.scenes import all_scenes; all_scenes()")
    assert run.returncode != 0
    assert "DuplicateScene" in run.stderr and "harbour_code:SCENE" in run.stderr and "scenes.general:SCENE" in run.stderr


def test_without_it_the_scene_is_unknown() -> None:
    run = _python(Path(__file__).parent, "-c", "from gonzhi_code.scenes import get_scene; get_scene('harbour')")
    assert run.returncode != 0 and "UnknownScene" in run.stderr
