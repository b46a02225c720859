"""The pages of accounts in a real browser, with scripts switched off: a lent password, a second factor from the picture, and the trail."""

import base64
import hmac
import re
import time

import pytest

from gonzhi_code import qr
from tests.e2e.test_pages_for_everyone import faults, too_wide

OTHER = "another long sentence"


def enter(page, service, name, password, way="/desk"):
    page.goto(service.url + way)
    page.fill("#username", name)
    page.fill("#password", password)
    page.click("button.go")


def password_of(service, name):
    accounts = (service.var / "accounts.txt").read_text(encoding="utf-8")
    return next(line.split()[1] for line in accounts.splitlines() if line.split()[:1] == [name])


def app_code(secret):
    """The six digits that an app shows now (RFC 6238)."""
    digest = hmac.digest(base64.b32decode(secret), (int(time.time()) // 30).to_bytes(8, "big"), "sha1")
    place = digest[-1] & 15
    return f"{(int.from_bytes(digest[place : place + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"


@pytest.mark.parametrize(("width", "looks"), [(360, ("", "?size=large")), (1280, ("", "?lang=en"))])
def test_axe_finds_nothing_in_the_pages_of_accounts_and_nothing_needs_sideways_scrolling(phone, service, width, looks):
    page = phone(width=width)
    enter(page, service, "centre", password_of(service, "centre"))
    for path in ("/desk/account", "/desk/account/password", "/desk/account/second-factor", "/desk/users", "/desk/users/new", "/desk/users/liuzhachao",
                 "/desk/users/police", "/desk/audit"):  # fmt: skip
        for look in looks:
            page.goto(service.url + path + (look or "?size=usual&lang=zh"))
            if not look:
                assert faults(page) == [], path
            assert too_wide(page) <= 0, path + look
    page.goto(service.url + "/desk/users/new?size=usual&lang=zh")
    page.click("button.go")
    page.wait_for_selector(".errors")
    assert faults(page) == []


def test_without_scripts_a_lent_password_is_changed_and_a_second_factor_taken_from_the_picture(browser, service):
    name = f"newcomer{int(time.time())}"
    manager = browser.new_context(java_script_enabled=False, locale="zh-CN").new_page()
    enter(manager, service, "centre", password_of(service, "centre"), "/desk/users/new")
    manager.fill("#username", name)
    manager.select_option("#unit", "labour")
    manager.click("button.go")
    lent = manager.locator("b.code").inner_text()

    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    enter(page, service, name, lent)
    assert page.url.endswith("/desk/account/password")
    for field, value in (("old", lent), ("new", OTHER), ("again", OTHER)):
        page.fill(f"#{field}", value)
    page.click("button.go")
    assert page.url.endswith("/desk")
    page.goto(service.url + "/desk/account/second-factor")
    uri = qr.read_image(page.locator("img").screenshot())
    secret = re.fullmatch(rf"otpauth://totp/.*{name}\?secret=([A-Z2-7]+)&issuer=.*", uri)[1]
    page.fill("#code", app_code(secret))
    page.fill("#password", OTHER)
    page.click("button.go")
    recovery = page.locator("b.code").first.inner_text()
    context.close()

    page = browser.new_context(java_script_enabled=False, locale="zh-CN").new_page()
    enter(page, service, name, OTHER, "/desk/account")
    assert "/desk/second-factor" in page.url
    page.fill("#code", "000000")
    page.click("button.go")
    assert page.locator(".errors").is_visible()
    page.fill("#code", recovery)
    page.click("button.go")
    assert page.url.endswith("/desk/account") and "还有 9 个恢复码" in page.inner_text("main")
    manager.goto(service.url + f"/desk/audit?who={name}")
    told = manager.inner_text("tbody")
    assert all(words in told for words in ("修改自己的密码", "启用验证码", "验证码不对", "用掉一个恢复码"))
    for one in (page, manager):
        one.context.close()
