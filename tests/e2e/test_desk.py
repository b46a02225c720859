"""Clerks at their desks in a real browser: two at once, by keyboard, many at once, new cases by themselves, on any screen."""

import re
import secrets
import urllib.parse
import urllib.request

import pytest

from gonzhi_code.scenes import get_scene
from tests.e2e.test_pages_for_everyone import faults, too_wide

CASE_NO = re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}")


@pytest.fixture
def file(service, codes):
    """Files a case as a phone does and returns its number."""

    def send(scene="general"):
        pairs = [*get_scene(scene).sample_form(), ("submission_id", secrets.token_hex(16))]
        with urllib.request.urlopen(codes[scene], urllib.parse.urlencode(pairs).encode()) as answer:
            html = re.sub(r"<[^>]+>|\s", "", answer.read().decode())
        letters = re.search(r"[2-9A-Z]{8}(?![2-9A-Z])", html)[0]
        return f"{letters[:4]}-{letters[4:]}"

    return send


@pytest.fixture
def desk(phone, service):
    """Signs somebody in on a screen of some width."""
    accounts = (service.var / "accounts.txt").read_text(encoding="utf-8")
    passwords = {line.split()[0]: line.split()[1] for line in accounts.splitlines() if line.split()}

    def sign_in(username, path="/desk", width=1280, **more):
        page = phone(width=width, **more)
        page.goto(service.url + path)
        page.fill("#username", username)
        page.fill("#password", passwords[username])
        page.locator("button.go").click()
        page.wait_for_url("**" + path)
        return page

    return sign_in


def numbers(page):
    return page.eval_on_selector_all("tbody tr", "rows => rows.map(row => row.dataset.no)")


def test_the_queue_is_worked_by_keyboard_alone(desk, file):
    first, second = file(), file()
    page = desk("daxi-social")
    assert {first, second} <= set(numbers(page))
    page.keyboard.press("j")
    top = numbers(page)[0]
    assert page.evaluate("document.activeElement.textContent") == top
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("x")
    assert page.locator(f'input[value="{top}"]').is_checked()
    assert "（1）" in page.locator("#ack").inner_text()
    page.keyboard.press("?")
    assert page.locator("#help").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#help").is_visible()
    page.keyboard.press("/")
    page.keyboard.type(second.lower().replace("-", ""))
    assert page.locator("#q").input_value() == second.lower().replace("-", "")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/case/{second}")
    page.go_back()
    page.wait_for_selector("tbody tr")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/case/*")


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_many_are_acknowledged_at_once_and_each_outcome_is_told(desk, file, script):
    chosen = [file(), file()]
    page = desk("daxi-social", java_script_enabled=script)
    for case_no in chosen:
        page.locator(f'input[value="{case_no}"]').check()
    page.locator("#ack").click()
    page.wait_for_selector(".outcome")
    assert "签收了 2 件" in page.locator(".outcome").inner_text()
    for case_no in chosen:
        assert "已签收" in page.locator(f'[data-no="{case_no}"]').inner_text()


def test_a_new_case_appears_by_itself_with_the_numbers_and_the_title_saying_so(desk, file, phone):
    page = desk("daxi-social")
    page.clock.install()
    page.reload()
    before, count = numbers(page), int(page.locator('[data-tab="new"] b').inner_text())
    page.locator("#sound").click()
    assert page.locator("#sound").inner_text() == "提示音：关"
    case_no = file()
    page.clock.fast_forward(11_000)
    page.wait_for_selector(f'tr.fresh[data-no="{case_no}"]')
    assert numbers(page)[0] == case_no and numbers(page)[1:] == before
    assert int(page.locator('[data-tab="new"] b').inner_text()) == count + 1
    assert page.title().startswith("(1) ")
    assert page.locator("#say").inner_text() == "新来 1 件"
    # What came by itself is worked like the rest, and does not come twice.
    page.locator(f'input[value="{case_no}"]').check()
    page.clock.fast_forward(11_000)
    page.wait_for_timeout(300)
    assert numbers(page).count(case_no) == 1
    page.reload()
    assert page.locator("#sound").inner_text() == "提示音：关"


def test_a_page_left_open_says_so_when_the_session_is_over(desk, phone):
    page = desk("daxi-social")
    page.clock.install()
    page.reload()
    page.context.clear_cookies()
    page.clock.fast_forward(11_000)
    page.wait_for_selector(".gone")
    assert "重新登录" in page.locator(".gone").inner_text()


def test_of_two_clerks_at_once_one_wins_and_the_other_keeps_what_was_typed(desk, file):
    case_no = file()
    first = desk("daxi-social", f"/desk/case/{case_no}")
    second = desk("daxi-social", f"/desk/case/{case_no}")
    second.locator("details.act summary", has_text="退回").click()
    second.fill("#send_back-reason", "泵房归水务集团管理，请改派。")
    first.locator("section.next button").click()
    first.wait_for_url("**done=acknowledge")
    second.locator("#send_back button").click()
    second.wait_for_selector("p.errors")
    assert "daxi-social 已在" in second.locator("p.errors").inner_text()
    assert "现在是“已签收”" in second.locator("p.errors").inner_text()
    assert second.evaluate("document.activeElement.className") == "errors"
    assert second.input_value("#send_back-reason") == "泵房归水务集团管理，请改派。"
    second.locator("#send_back button").click()
    second.wait_for_url("**done=send_back")


def test_a_result_with_mistakes_comes_back_with_the_cursor_at_the_summary_and_the_text_kept(desk, file):
    case_no = file()
    page = desk("daxi-social", f"/desk/case/{case_no}")
    for _ in range(2):
        page.locator("section.next button").click()
        page.wait_for_url("**done=*")
    page.fill("#resolve-answer", "检修水泵，复测达标。")
    assert "还可以写" in page.locator("#resolve").inner_text()
    page.locator("#resolve button").click()
    page.wait_for_selector(".errors")
    assert page.evaluate("document.activeElement.className") == "errors"
    assert page.input_value("#resolve-answer") == "检修水泵，复测达标。"
    assert faults(page) == []
    page.locator('.errors a[href="#resolve-short"]').click()
    assert page.evaluate("document.activeElement.id") == "resolve-short"


PATHS = ("/desk", "/desk?tab=closed", "/desk?scene=wage&from=2026-01-01&late=1")


@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_and_nothing_needs_sideways_scrolling(desk, service, file, width):
    cases = [file(scene) for scene in ("general", "wage", "medins", "shelter")]
    page = desk("centre", width=width)
    looked_at = [*PATHS, *(f"/desk/case/{one}" for one in cases), "/desk?lang=en", f"/desk/case/{cases[0]}?lang=en"]
    looked_at += [f"/desk/case/{one}?size=large" for one in cases] + ["/desk?size=large"]
    for path in looked_at:
        page.goto(service.url + path)
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        assert too_wide(page) <= 0, (path, wide_ones(page))
        if path in (*PATHS[:1], f"/desk/case/{cases[0]}", f"/desk/case/{cases[3]}", "/desk?size=large"):
            assert faults(page) == [], path


def wide_ones(page):
    """What sticks out, to be named when something does."""
    return page.evaluate(
        "Array.from(document.querySelectorAll('body *')).filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.scroll'))"
        ".map(e => e.outerHTML.slice(0, 90)).slice(0, 6)"
    )


def test_what_a_phone_number_leads_to_is_a_page_for_everyone_too(desk, file):
    file()
    page = desk("centre", width=360)
    page.fill("#q", "138 0576 0001")
    page.locator(".find button").click()
    page.wait_for_selector("h1")
    assert "0576" not in page.url
    assert faults(page) == []
    assert too_wide(page) <= 0


def test_on_a_phone_targets_are_large_enough_for_a_thumb(desk, service, file):
    case_no = file()
    page = desk("daxi-social", width=360)
    small = """least => Array.from(document.querySelectorAll('main button, main select, main summary, main input:not([type=hidden]):not([type=checkbox])'))
      .filter(e => e.offsetParent !== null && e.getBoundingClientRect().height < least - 0.5).map(e => e.outerHTML.slice(0, 80))"""
    for path in ("/desk", f"/desk/case/{case_no}"):
        page.goto(service.url + path)
        assert page.evaluate(small, 36) == []
