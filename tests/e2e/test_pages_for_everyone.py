"""Pages for every reader: axe finds nothing, nothing needs sideways scrolling, targets are large, mistakes are in view.

The policy of the pages is never bypassed here: a page that its own policy leaves unstyled must fail.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe

from gonzhi_code.scenes import get_scene
from tests.e2e.filling import fill, send

SCENES = ("wage", "medins", "shelter", "campus", "general")
LOOKS = ("", "?lang=en", "?size=large")
TAGS = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}, "resultTypes": ["violations"]}


def faults(page):
    """What axe finds, as readable lines."""
    found = Axe().run(page, options=TAGS).response["violations"]
    return [f"{one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]]


def too_wide(page):
    # An address that has changed may still lack its document.
    page.wait_for_load_state("domcontentloaded")
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("scene_key", SCENES)
def test_axe_finds_nothing_in_a_form_blank_or_with_every_mistake(phone, codes, scene_key, look):
    page = phone()
    page.goto(codes[scene_key] + look)
    for summary in page.locator("summary").all():
        summary.click()
    assert faults(page) == []
    page.locator("#go").click()
    page.wait_for_selector(".errors")
    assert faults(page) == []


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_in_the_other_pages(phone, service, codes, look):
    page = phone()
    for path in ("/", "/track", "/privacy", "/nothing", "/desk/login"):
        page.goto(service.url + path + look)
        assert faults(page) == [], path
    page.goto(codes["unified"] + look)
    assert faults(page) == []
    page.goto(codes["general"] + look)
    fill(page, get_scene("general").sample_form())
    send(page)
    assert faults(page) == []


def test_axe_finds_nothing_in_the_queue(phone, service, codes):
    page = phone(width=1280)
    page.goto(codes["general"])
    fill(page, get_scene("general").sample_form())
    send(page)
    accounts = (service.var / "accounts.txt").read_text(encoding="utf-8")
    password = next(line.split()[1] for line in accounts.splitlines() if line.split()[:1] == ["centre"])
    page.goto(service.url + "/desk")
    page.fill("#username", "centre")
    page.fill("#password", password)
    page.locator("button.go").click()
    page.wait_for_selector("tbody tr")
    assert faults(page) == []
    assert too_wide(page) <= 0


@pytest.mark.parametrize("scene_key", SCENES)
def test_nothing_needs_sideways_scrolling_on_a_small_screen_or_with_text_twice_as_large(phone, codes, scene_key):
    page = phone(width=320)
    for look in LOOKS:
        page.goto(codes[scene_key] + look)
        page.evaluate("document.querySelectorAll('details').forEach(function (d) { d.open = true; })")
        assert too_wide(page) <= 0, look
    page.goto(codes[scene_key])
    page.evaluate("document.documentElement.style.fontSize = '225%'")
    assert too_wide(page) <= 0


def test_other_pages_need_no_sideways_scrolling_either(phone, service, codes):
    page = phone(width=320)
    for look in LOOKS:
        for path in ("/", "/track", "/privacy", "/nothing"):
            page.goto(service.url + path + look)
            assert too_wide(page) <= 0, path + look
    page.goto(codes["general"])
    fill(page, get_scene("general").sample_form())
    send(page)
    assert too_wide(page) <= 0
    page.goto(page.url + "?size=large")
    assert too_wide(page) <= 0


SMALL = """least => Array.from(document.querySelectorAll(
    'input:not([type=hidden]):not([type=radio]):not([type=checkbox]),select,textarea,label.o,button:not(.vh),summary,nav a,footer a,.pick a,.tap,.errors a'))
  .filter(e => e.offsetParent !== null && e.getBoundingClientRect().height < least - 0.5).map(e => e.outerHTML.slice(0, 100))"""


@pytest.mark.parametrize(("look", "least"), [("", 44), ("?size=large", 60)])
@pytest.mark.parametrize("scene_key", SCENES)
def test_targets_are_large_enough_for_a_thumb(phone, codes, scene_key, look, least):
    page = phone()
    page.goto(codes[scene_key] + look)
    assert page.evaluate(SMALL, least) == []


def test_the_large_text_version_has_main_text_of_eighteen_points(phone, codes):
    page = phone()
    page.goto(codes["wage"] + "?size=large")
    sizes = page.evaluate(
        "Array.from(document.querySelectorAll('main p, main label, main legend, main input:not([type=hidden]), main button'))"
        ".filter(e => e.offsetParent !== null).map(e => parseFloat(getComputedStyle(e).fontSize))"
    )
    assert min(sizes) >= 24
    assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('main p')).fontSize)") <= 30


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_the_page_with_mistakes_is_styled_and_its_summary_has_the_focus(phone, codes, script):
    page = phone(java_script_enabled=script)
    page.goto(codes["wage"])
    page.locator("#go").click()
    page.wait_for_selector(".errors")
    page.wait_for_timeout(600)
    if script:
        # Without scripts playwright cannot ask the page; the autofocus attribute does the same there.
        assert page.evaluate("document.activeElement.className") == "errors"
        assert page.evaluate("getComputedStyle(document.querySelector('.errors')).borderTopColor") == "rgb(180, 35, 24)"
    assert page.title().startswith("要改：")
    page.locator('.errors a[href="#worker_count"]').click()
    assert page.url.endswith("#worker_count")
    assert page.locator("#worker_count").is_visible()


def test_a_link_of_the_summary_puts_the_cursor_into_its_field(phone, codes):
    page = phone()
    page.goto(codes["wage"])
    page.locator("#go").click()
    page.wait_for_selector(".errors")
    page.wait_for_timeout(500)
    for anchor in ("kind", "worker_count", "description"):
        page.locator(f'.errors a[href="#{anchor}"]').click()
        assert page.evaluate("document.activeElement.name") == anchor
