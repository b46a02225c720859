"""The pages of documentation do what they say: examples run, links lead somewhere, doors and settings are all described."""

from __future__ import annotations

import ast
import configparser
import contextlib
import io
import re
import shlex
import time
from pathlib import Path
from typing import Any

import pytest

from gonzhi_code import qr
from gonzhi_code.cli import build_parser
from gonzhi_code.posters import LAYOUTS, render_page
from gonzhi_code.scenes import all_scenes
from service.connectors import CONNECTOR_NAMES
from service.connectors.webhook import sign

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
TEXTS = {path: path.read_text("utf-8") for path in PAGES}
DOCS = "\n".join(TEXTS.values())
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(path: Path, language: str) -> list[str]:
    return [text for kind, text in BLOCK.findall(TEXTS[path]) if kind == language]


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_the_example_of_the_readme_runs_and_is_fifteen_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (example,) = blocks(ROOT / "README.md", "python")
    assert len([line for line in example.splitlines() if line.strip()]) <= 15
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()) as told:
        exec(compile(example, "README.md", "exec"), names)
    assert told.getvalue().startswith("温岭市人力资源和社会保障局 ")
    assert qr.read_image(render_page((tmp_path / "0007.pdf").read_bytes(), dpi=150)) == names["code"].url
    # What the comments promise of the decision is there.
    for name in re.findall(r"\.(\w+)", re.search(r"route\(.*#(.*)", example).group(1)):  # type: ignore[union-attr]
        assert hasattr(names["decision"], name)


@pytest.mark.parametrize("path", PAGES, ids=short)
def test_every_link_and_picture_leads_to_a_file(path: Path) -> None:
    prose = BLOCK.sub("", TEXTS[path])
    targets = re.findall(r"\]\(([^)\s]+)\)", prose) + re.findall(r'(?:src|href)="([^"]+)"', prose)
    for target in targets:
        if not re.match(r"[a-z]+:", target):
            file, _, anchor = target.partition("#")
            goal = (path.parent / file).resolve() if file else path
            assert goal.exists(), f"{short(path)} links to {target}"
            if anchor:
                assert anchor in {heading(line) for line in goal.read_text("utf-8").splitlines() if line.startswith("#")}


def heading(line: str) -> str:
    """The anchor that a forge gives a heading."""
    return re.sub(r"[^\w\- ]", "", line.lstrip("#").strip().lower()).replace(" ", "-")


def test_every_page_of_the_docs_can_be_reached_from_the_readme() -> None:
    reached, waiting = set[Path](), [ROOT / "README.md"]
    while waiting:
        path = waiting.pop()
        if path in TEXTS and path not in reached:
            reached.add(path)
            waiting += [(path.parent / target.partition("#")[0]).resolve() for target in re.findall(r"\]\(([^)\s]+)\)", TEXTS[path])]
    assert not {short(path) for path in PAGES if path.is_relative_to(ROOT / "docs")} - {short(path) for path in reached}


def commands() -> list[str]:
    """Every `gonzhi ...` command line that a page shows, in blocks and within sentences."""
    shown: list[str] = []
    for path in PAGES:
        for block in (*blocks(path, "sh"), *blocks(path, "console"), *blocks(path, "bash")):
            lines = block.replace("\\\n", " ").splitlines()
            shown += [line.removeprefix("$ ").partition("  #")[0].strip() for line in lines]
        shown += re.findall(r"`([^`\n]+)`", TEXTS[path])
    return sorted({line for line in shown if re.match(r"(?:\.venv/bin/)?gonzhi [a-z-]", line) and "..." not in line})


def test_the_pages_show_commands_at_all() -> None:
    assert len(commands()) >= 3


@pytest.mark.parametrize("line", commands())
def test_every_command_shown_is_one_that_exists(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = shlex.split(line.partition(" > ")[0].partition(" | ")[0])[1:]
    if len(words) > 2 or any(word.startswith("-") and word != "--help" for word in words):
        build_parser().parse_args(words)
        return
    # Within a sentence a command is often named without its arguments; then its name must be one.
    with pytest.raises(SystemExit) as ended:
        build_parser().parse_args([word for word in words if word != "--help"] + ["--help"])
    assert ended.value.code == 0, capsys.readouterr().err


def test_every_door_for_plug_ins_is_described() -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", "utf-8")
    doors = [group for group in config["options.entry_points"] if group != "console_scripts"]
    assert doors
    for door in doors:
        assert any(f"`{door}`" in text or door in text for path, text in TEXTS.items() if path.parent.name == "docs"), door


@pytest.mark.parametrize("name", CONNECTOR_NAMES)
def test_every_connector_is_described(name: str) -> None:
    assert f"| `{name}` |" in TEXTS[ROOT / "docs" / "connectors.md"]


def test_the_check_of_a_webhook_shown_to_others_accepts_ours_and_nothing_else() -> None:
    (example,) = blocks(ROOT / "docs" / "connectors.md", "python")
    names: dict[str, Any] = {}
    exec(compile(example, "connectors.md", "exec"), names)
    secret, body, now = b"a webhook secret of more than 24", '{"id":"m-1","data":{"lead":"人社局"}}'.encode(), int(time.time())

    def headers(stamp: int, key: bytes = secret) -> dict[str, str]:
        return {"webhook-id": "m-1", "webhook-timestamp": str(stamp), "webhook-signature": f"v1,other {sign(key, 'm-1', stamp, body)}"}

    assert names["is_genuine"](secret, headers(now), body)
    assert not names["is_genuine"](secret, headers(now), body + b" ")
    assert not names["is_genuine"](secret, headers(now, b"another secret of more than 24 bytes"), body)
    assert not names["is_genuine"](secret, headers(now - 3600), body)


def test_every_setting_stands_in_the_table_and_every_row_is_a_setting() -> None:
    files = [path for path in (ROOT / "service").glob("settings*.py") if path.name != "settings_table.py"]
    read = {
        node.value
        for path in files
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"GONZHI_[A-Z_]+|PORT", node.value)
    }
    listed = set(re.findall(r"^\| `(\w+)` \|", TEXTS[ROOT / "docs" / "settings.md"], re.MULTILINE))
    assert read == listed


def test_every_room_stands_in_the_page_on_architecture() -> None:
    page = TEXTS[ROOT / "docs" / "architecture.md"]
    for room in sorted(path.name for path in (ROOT / "service").iterdir() if (path / "__init__.py").exists()):
        if list((ROOT / "service" / room).glob("[!_]*.py")):
            assert f"`{room}/`" in page, room


def test_every_file_of_the_hub_stands_in_the_page_on_architecture() -> None:
    page = TEXTS[ROOT / "docs" / "architecture.md"]
    assert [path.stem for path in (ROOT / "service" / "hub").glob("[!_]*.py") if f"`{path.stem}`" not in page] == []


def test_the_names_of_scenes_and_print_formats_in_the_docs_are_real() -> None:
    scenes = {scene.key for scene in all_scenes()} | {"unified"}
    for word in re.findall(r"--scene (\w+)", DOCS):
        assert word in scenes | {"harbour"}, word
    for word in re.findall(r'(?:--layout |layout=")(\w+)', DOCS):
        assert word in LAYOUTS, word


def test_the_changelog_keeps_its_form() -> None:
    text = TEXTS[ROOT / "CHANGELOG.md"]
    assert re.search(r"^## \[Unreleased\]|^## \[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d", text, re.MULTILINE)
    assert set(re.findall(r"^### (\w+)", text, re.MULTILINE)) <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
