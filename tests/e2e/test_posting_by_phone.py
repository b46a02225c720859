"""Posting by phone, whole: a printed poster, a signed-in phone, its position, a photo, one tap; and a batch whose worker is killed."""

from __future__ import annotations

import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from service.hub.batches import Wish, begin, upload
from service.hub.context import build_hub
from service.hub.posting import Life
from service.settings import Settings
from service.store import Store, migrate
from tests.hub.test_batches import many
from tests.hub.test_posting import CENTRE
from tests.parts.services import ROOT

PASSWORD = "a long enough password"


@pytest.fixture(scope="module")
def grid_officer(service):
    """A grid officer of the command room of Xinhe."""
    command = [sys.executable, "-m", "service", "user", "add", "liuzha", "--unit", "331081104.command", "--role", "grid"]
    done = subprocess.run(command, cwd=ROOT, env=dict(service.environ), input=PASSWORD + "\n", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return "liuzha"


def sign_in(page, service, name):
    page.goto(service.url + "/desk/login")
    page.fill('[name="username"]', name)
    page.fill('[name="password"]', PASSWORD)
    page.locator("form button").last.click()
    page.wait_for_url("**/desk")


def picture():
    data = io.BytesIO()
    Image.new("RGB", (900, 1200), "#88aacc").save(data, "JPEG")
    return {"name": "poster.jpg", "mimeType": "image/jpeg", "buffer": data.getvalue()}


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_an_officer_scans_a_poster_and_notes_that_it_hangs_here(browser, service, codes, grid_officer, script):
    here = {"geolocation": {"longitude": 121.40001, "latitude": 28.45002, "accuracy": 9}, "permissions": ["geolocation"]}
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="zh-CN", java_script_enabled=script, **here)
    page = context.new_page()
    sign_in(page, service, grid_officer)
    page.goto(codes["unified"])
    assert "/desk/poster/" in page.url and "六闸潮" in page.inner_text("h1")
    page.set_input_files("#photo", picture())
    if script:
        page.click("#locate")
        page.wait_for_function("document.getElementById('position').value !== ''")
    else:
        page.fill("#position", "121.40001, 28.45002")
    page.locator("button", has_text="贴在这里").click()
    page.wait_for_url("**done=posted*")
    text = page.inner_text("main")
    assert "已记下：已张贴" in text and "121.40001, 28.45002" in text
    assert page.locator(".line img").first.evaluate("image => image.decode().then(() => image.naturalWidth)") == 900
    # On the same phone the citizens' form is one tap away.
    page.get_by_role("link", name="打开群众填报页").click()
    assert "您要反映什么事" in page.inner_text("main")
    context.close()


def test_a_citizens_scan_of_the_same_poster_opens_the_form_and_its_beginning_is_counted(phone, service, codes):
    page = phone()
    page.goto(codes["general"])
    assert "/desk/" not in page.url
    with page.expect_request("**/started*") as begun:
        page.fill("#description", "水泵响")
    assert begun.value.method == "POST" and not begun.value.post_data
    page.fill("#description", "水泵一直响")

    def started():
        with closing(sqlite3.connect(f"file:{next(service.var.glob('*.sqlite3'))}?mode=ro", uri=True)) as database:
            return database.execute("SELECT sum(started) FROM scan_counts WHERE scene_key = 'general'").fetchone()[0]

    # Counts are written down every two seconds.
    wait_until(started)
    assert started() == 1


def test_one_tap_about_the_poster_leaves_what_was_typed(phone, codes):
    page = phone()
    page.goto(codes["campus"])
    page.fill("#description", "门口的车太多，放学时很危险。")
    page.get_by_role("button", name="海报有问题").click()
    page.wait_for_url("**/receipt/**")
    assert "温岭市社会治理中心" in page.inner_text("main")
    page.goto(codes["campus"])
    assert page.input_value("#description") == "门口的车太多，放学时很危险。"


def worker(environ):
    return subprocess.Popen([sys.executable, "-m", "service", "work"], cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def wait_until(holds, seconds=60.0):
    patience = time.monotonic() + seconds
    while time.monotonic() < patience:
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come about in time")


def test_a_worker_killed_in_the_middle_of_a_batch_is_followed_by_one_that_mints_nothing_twice(tmp_path: Path) -> None:
    secret = "0123456789abcdef" * 4
    made = {"GONZHI_VAR": str(tmp_path / "var"), "GONZHI_BASE_URL": "https://gz.example.gov.cn/s/", "GONZHI_SECRET": secret,
            "GONZHI_CODE_KEYS": f"a={secret}", "GONZHI_CONNECTORS": "none"}  # fmt: skip
    environ = {**{name: value for name, value in os.environ.items() if not name.startswith("GONZHI_")}, **made}
    settings = Settings.from_environ(made)
    store = Store.open(settings.database_url)
    migrate(store)
    hub = build_hub(settings, store=store)
    number = upload(hub, CENTRE, "x.csv", many(120), Wish())
    begin(hub, CENTRE, number)

    def batch():
        with sqlite3.connect(f"file:{next((tmp_path / 'var').glob('*.sqlite3'))}?mode=ro", uri=True) as database:
            return database.execute("SELECT state, done_count FROM batches").fetchone()

    first = worker(environ)
    wait_until(lambda: batch()[1] > 0, 120)
    first.send_signal(signal.SIGKILL)
    first.wait(10)
    assert batch()[0] == "running" and batch()[1] < 120
    # Its lease ends in five minutes; a second worker need not wait so long for a test.
    with hub.store.write() as tx:
        tx.exec_driver_sql("UPDATE schedules SET lease_until = NULL")
    second = worker(environ)
    try:
        wait_until(lambda: batch()[0] == "done", 240)
    finally:
        second.send_signal(signal.SIGINT)
        second.wait(30)
    with hub.store.read() as tx:
        rows = tx.exec_driver_sql("SELECT token, spot_id, serial, life FROM codes").fetchall()
    hub.close()
    assert batch() == ("done", 120)
    assert len(rows) == len({row[0] for row in rows}) == len({row[1] for row in rows}) == 120
    assert {row[2] for row in rows} == {1} and {row[3] for row in rows} == {Life.MINTED.value}
    listed = (tmp_path / "var" / "batches" / f"{number:06d}" / "journal.jsonl").read_text().splitlines()
    assert {json.loads(line)["read_back"] for line in listed} == {"yes"}
