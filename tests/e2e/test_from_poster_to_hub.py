"""The main job, whole: a printed poster, a phone's decoder, a form on a small screen, the case with the right unit."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

import gonzhi_code as gz
from tests.e2e.filling import case_no_on, fill, send
from tests.parts.services import LiveService, running_service

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

PHONE = {"width": 360, "height": 740}
SCENES = ("wage", "medins", "shelter", "campus")
LEADS = {"wage": "labour", "medins": "health_insurance", "shelter": "331081101.emergency", "campus": "traffic_police"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveService]:
    """One running demo for all of these: each test files its own case."""
    with running_service(tmp_path_factory.mktemp("demo") / "var") as started:
        yield started


def scanned(pdf: Path) -> str:
    """The text that a phone reads off a printed poster: rendered to pixels, turned to grey, decoded."""
    page = pypdfium2.PdfDocument(pdf)[0]
    photo = page.render(scale=110 / 72).to_pil().convert("L").rotate(4, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)
    found = zxingcpp.read_barcodes(photo)
    assert len(found) == 1
    text: str = found[0].text
    return text


def poster_of(service: LiveService, scene_key: str) -> Path:
    """The poster file that the demo wrote for a scene."""
    codes = {code["scene_key"]: code for code in json.loads(service.command("codes", "--json"))}
    code = codes[scene_key]
    return service.var / "posters" / f"{code['spot_id']}-{code['serial']}.pdf"


def phone(browser: Browser, **more: Any) -> BrowserContext:
    return browser.new_context(viewport=PHONE, device_scale_factor=2, is_mobile=True, has_touch=True, **more)


def case(service: LiveService, case_no: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(service.command("case", case_no, "--json"))
    return found


def test_villager_zhao_scans_a_poster_and_the_town_office_has_it_within_a_minute(service: LiveService, browser: Browser) -> None:
    began = time.monotonic()
    context = phone(browser)
    page = context.new_page()
    page.goto(scanned(poster_of(service, "unified")))
    assert "六闸潮" in page.inner_text("main")
    page.get_by_role("link", name=str(gz.get_scene("general").title)).click()

    fill(page, gz.get_scene("general").sample_form())
    send(page)

    assert "新河镇社会发展服务办公室" in page.inner_text("main")
    found = case(service, case_no_on(page))
    context.close()
    assert found["state"] == "assigned"
    assert found["lead_id"] == "331081104.social"
    assert "温岭市水务集团" in found["helpers"]
    assert found["township_id"] == "331081104000"
    assert found["dispatch_seconds"] < 60
    assert time.monotonic() - began < 60


def test_the_town_office_sees_the_new_case_in_its_queue(service: LiveService, browser: Browser) -> None:
    context = phone(browser)
    page = context.new_page()
    page.goto(scanned(poster_of(service, "unified")))
    page.get_by_role("link", name=str(gz.get_scene("general").title)).click()
    fill(page, gz.get_scene("general").sample_form())
    send(page)
    number = case_no_on(page)
    context.close()

    desk = browser.new_context(viewport={"width": 1280, "height": 800})
    page = desk.new_page()
    accounts = (service.var / "accounts.txt").read_text()
    password = next(line.split()[1] for line in accounts.splitlines() if line.split()[:1] == ["xinhe-social"])
    page.goto(service.url + "/desk")
    page.fill('[name="username"]', "xinhe-social")
    page.fill('[name="password"]', password)
    page.locator("form button").last.click()
    page.wait_for_url("**/desk")
    table = page.locator("table").inner_text().replace(" ", "").replace("\u00a0", "")
    desk.close()
    assert number in table or number.replace("-", "") in table


@pytest.mark.parametrize("scene_key", SCENES)
@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_each_scene_goes_from_poster_to_its_lead(scene_key: str, script: bool, service: LiveService, browser: Browser) -> None:
    context = phone(browser, java_script_enabled=script)
    page = context.new_page()
    page.goto(scanned(poster_of(service, scene_key)))

    fill(page, gz.get_scene(scene_key).sample_form())
    send(page)

    found = case(service, case_no_on(page))
    context.close()
    assert found["scene_key"] == scene_key
    assert found["state"] == "assigned"
    assert found["lead_id"] == LEADS[scene_key]
    assert found["dispatch_seconds"] < 60


def test_a_photo_follows_the_text_on_its_own_without_javascript(service: LiveService, browser: Browser) -> None:
    context = phone(browser, java_script_enabled=False)
    page = context.new_page()
    page.goto(scanned(poster_of(service, "general")))
    fill(page, gz.get_scene("general").sample_form())
    send(page)
    picture = io.BytesIO()
    Image.new("RGB", (1200, 900), "#88aacc").save(picture, "JPEG", exif=Image.Exif())

    page.set_input_files('input[type="file"]', {"name": "pump.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()})
    page.locator('form:has(input[type="file"]) button').last.click()
    page.get_by_text("已有 1 张照片").wait_for()

    kept = [path for path in (service.var / "photos").rglob("*") if path.is_file()]
    context.close()
    assert len(kept) == 1
    assert not Image.open(kept[0]).getexif()
