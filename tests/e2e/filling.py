"""Fills a form in a browser as a person does: opens what is folded, ticks, chooses, types."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page


def fill(page: Page, pairs: Iterable[tuple[str, str]]) -> None:
    """Gives every (name, value) to its control on the page, in page order."""
    for name, value in pairs:
        control = page.locator(f'form [name="{name}"]').first
        _unfold(control)
        kind = control.evaluate("e => e.tagName === 'SELECT' ? 'select' : e.type")
        if kind in ("radio", "checkbox"):
            page.locator(f'form label:has(input[name="{name}"][value="{value}"])').click()
        elif kind == "select":
            control.select_option(value)
        else:
            control.fill(value)


def _unfold(control: Locator) -> None:
    folded = control.locator("xpath=ancestor::details[not(@open)]/summary")
    for i in range(folded.count()):
        folded.nth(i).click()


def send(page: Page) -> None:
    """Presses the one button that sends, and waits for the receipt."""
    page.locator("button#go").click()
    page.wait_for_url("**/receipt/**", wait_until="commit", timeout=15_000)


def case_no_on(page: Page) -> str:
    """The case number as the receipt shows it, with the dash."""
    text = page.locator(".number").first.inner_text().replace("\u00a0", "").replace("\u2009", "").replace(" ", "").replace("-", "")
    assert len(text) == 8, text
    return f"{text[:4]}-{text[4:]}"
