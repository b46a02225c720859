"""From the scan to the rating, with three people at their own pages, and its dark twin: ignored, late, badly answered, made good.

Time is moved by the test (tests/parts/stage.py); the pages, the store, the worker and the SMS file are the real ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import gonzhi_code as gz
from service.hub.casefile import case_data
from tests.e2e.filling import case_no_on, fill, send
from tests.e2e.test_from_poster_to_hub import scanned
from tests.parts.stage import Stage, stage

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PHONE_NO = "13805761234"
BEGINS = "2026-06-25 14:30"  # a Thursday afternoon
GRADES = {5: "非常满意", 1: "非常不满意"}


@pytest.fixture
def play(tmp_path: Path) -> Iterator[Stage]:
    with stage(tmp_path / "var", BEGINS) as opened:
        yield opened


class People:
    """Everybody's own browser window; staff sign in again whenever their session is over."""

    def __init__(self, browser: Browser, play: Stage) -> None:
        self._browser, self._play = browser, play
        self.phone = browser.new_context(viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True).new_page()
        self._desks: dict[str, Page] = {}

    def at_desk(self, username: str, path: str = "/desk") -> Page:
        """The page of somebody at a desk."""
        page = self._desks.get(username) or self._browser.new_context(viewport={"width": 1280, "height": 860}).new_page()
        self._desks[username] = page
        page.goto(self._play.url + path)
        if "/desk/login" in page.url:
            page.fill('[name="username"]', username)
            page.fill('[name="password"]', self._play.password(username))
            page.locator('form:has([name="password"]) button').click()
            page.wait_for_load_state()
            page.goto(self._play.url + path)
        return page

    def case(self, username: str, case_no: str) -> Page:
        """A case on the page of somebody at a desk."""
        return self.at_desk(username, f"/desk/case/{case_no}")

    def do(self, username: str, case_no: str, action: str, **fields: str) -> Page:
        """Fill in the small form of an action on the case's page and send it."""
        page = self.case(username, case_no)
        form = page.locator(f'form[action$="/{action}"]').first
        if not form.is_visible():
            page.locator(f'details:has(form[action$="/{action}"]) summary').first.click()
        for name, value in fields.items():
            control = form.locator(f'[name="{name}"]').first
            if control.evaluate("e => e.type") == "radio":
                form.locator(f'[name="{name}"][value="{value}"]').check()
            elif control.evaluate("e => e.tagName") == "SELECT":
                control.select_option(value)
            else:
                control.fill(value)
        form.locator("button").last.click()
        page.wait_for_load_state()
        assert not page.locator("main .err").count(), page.locator("main").inner_text()
        return page

    def file(self) -> tuple[str, str]:
        """Villager Zhao scans the poster at the waterworks and tells of the pump. Returns number and query code."""
        codes = {code.name: code for code in (self._play.var / "posters").glob("1-*.pdf")}
        self.phone.goto(scanned(next(iter(codes.values()))))
        self.phone.get_by_role("link", name=str(gz.get_scene("general").title)).click()
        sample = [pair for pair in gz.get_scene("general").sample_form() if pair[0] not in ("reporter_phone", "wants_feedback")]
        fill(self.phone, [*sample, ("reporter_phone", PHONE_NO), ("wants_feedback", "yes")])
        send(self.phone)
        number, code = ("".join(text.split()) for text in self.phone.locator(".number").all_inner_texts())
        assert number == case_no_on(self.phone).replace("-", "")
        return f"{number[:4]}-{number[4:]}", code

    def open_own(self, case_no: str, secret: str) -> Page:
        """The reporter opens their case by its number and a secret."""
        self.phone.goto(self._play.url + "/track")
        self.phone.fill("#case_no", case_no)
        self.phone.fill("#secret", secret)
        self.phone.locator("button.go").click()
        self.phone.wait_for_url("**/case/**")
        return self.phone

    def rate(self, grade: int, comment: str = "") -> None:
        """The reporter rates on the page that shows the answer."""
        self.phone.get_by_label(GRADES[grade], exact=True).check()
        self.phone.fill("#comment", comment)
        self.phone.locator('form[action$="/rate"] button').click()
        self.phone.wait_for_load_state()

    def close(self) -> None:
        for page in (self.phone, *self._desks.values()):
            page.context.close()


@pytest.fixture
def people(browser: Browser, play: Stage) -> Iterator[People]:
    everybody = People(browser, play)
    yield everybody
    everybody.close()


def case(play: Stage, case_no: str) -> dict[str, Any]:
    found = case_data(play.hub, case_no)
    assert found is not None
    return found


def texts(play: Stage) -> list[str]:
    return [message["text"] for message in play.messages()]


def test_zhaos_pump_from_the_scan_to_very_satisfied(play: Stage, people: People) -> None:
    case_no, _ = people.file()
    play.at("2026-06-25 14:31")
    assert "新河镇社会发展服务办公室" in texts(play)[0] and case_no.replace("-", "") in texts(play)[0].replace("-", "")

    queue = people.at_desk("xinhe-social")
    assert case_no in queue.content()
    play.at("2026-06-25 15:10")
    people.do("xinhe-social", case_no, "acknowledge")
    people.do("xinhe-social", case_no, "start")
    assert case(play, case_no)["state"] == "in_handling"
    people.do("xinhe-social", case_no, "ask_reporter", text="晚上几点最响？")

    play.at("2026-06-26 08:30")
    assert "有话问您" in people.open_own(case_no, PHONE_NO[-4:]).inner_text("main")
    people.phone.fill("#text", "夜里十一点以后最响")
    people.phone.locator('form[action$="/words"] button').click()
    people.phone.wait_for_load_state()
    play.at("2026-06-29 09:10")
    assert "夜里十一点以后最响" in people.case("xinhe-social", case_no).inner_text("main")

    play.at("2026-07-02 10:00")
    people.do(
        "xinhe-social", case_no, "resolve",
        conclusion="solved", short="水泵已检修并加装减振垫，夜间噪声达标", answer="市水务集团 6 月 29 日上门查看，7 月 1 日检修水泵并加装减振垫，复测夜间噪声达标。",
    )  # fmt: skip
    assert "正在审核" in people.open_own(case_no, PHONE_NO[-4:]).inner_text("main")
    play.at("2026-07-02 15:00")
    people.do("centre", case_no, "close")
    play.work()
    told = texts(play)[-1]
    assert "水泵已检修并加装减振垫" in told and "5" in told

    answer = people.open_own(case_no, PHONE_NO[-4:])
    assert "复测夜间噪声达标" in answer.inner_text("main")
    people.rate(5, "晚上安静了，谢谢")
    assert "非常满意" in people.phone.inner_text("main")

    found = case(play, case_no)
    assert found["state"] == "closed"
    assert found["dispatch_seconds"] < 60
    assert [move["action"] for move in found["moves"]] == ["report", "accept", "assign", "acknowledge", "start", "resolve", "close"]
    # The rated office sees the grade and not the words; the centre sees both.
    assert "晚上安静了" not in people.case("xinhe-social", case_no).inner_text("main")
    assert "晚上安静了" in people.case("centre", case_no).inner_text("main")
    assert all(PHONE_NO not in text for text in texts(play))


def test_the_dark_twin_is_reminded_supervised_reopened_above_and_made_good(play: Stage, people: People) -> None:
    case_no, _ = people.file()
    play.at("2026-06-25 14:31")

    # Ignored: reminded at half and four fifths of the time, yellow when due, red and supervised one working day later.
    play.at("2026-06-26 17:00")
    page = people.case("centre", case_no).inner_text("main")
    assert "催办" in page and "督办" in page
    late = people.at_desk("centre", "/desk?tab=late")
    assert case_no in late.content()
    people.do("centre", case_no, "supervise", level="listed", text="请今天签收并说明原因", due_at="2026-06-29T17:00")

    # Late: the reporter hears of it, once.
    play.at("2026-07-03 09:00")
    assert sum("未能按期办结" in text for text in texts(play)) == 1

    people.do("xinhe-social", case_no, "acknowledge")
    people.do("xinhe-social", case_no, "start")
    people.do("xinhe-social", case_no, "resolve", conclusion="solved", short="已告知水厂注意", answer="已电话告知水厂注意。")
    people.do("centre", case_no, "close")
    play.at("2026-07-03 10:00")
    people.open_own(case_no, PHONE_NO[-4:])
    people.rate(1, "根本没有人来看过")
    assert "上一级" in people.phone.inner_text("main")

    # One level up, and not with the clerk who was rated.
    found = case(play, case_no)
    assert (found["state"], found["holder_id"]) == ("accepted", "331081104.command")
    assert case_no in people.at_desk("xinhe", "/desk?tab=reopened").content()
    people.do("xinhe", case_no, "assign", unit_id="331081104.safety", reason="请平安法治办公室牵头，水务集团配合")
    people.do("xinhe-safety", case_no, "acknowledge")
    people.do("xinhe-safety", case_no, "start")
    play.at("2026-07-06 11:00")
    people.do("xinhe-safety", case_no, "resolve", conclusion="solved", short="水泵已更换，夜间噪声达标", answer="7 月 6 日更换水泵，复测夜间噪声达标。")
    people.do("centre", case_no, "close")
    play.work()
    assert any("水泵已更换" in text for text in texts(play))

    people.open_own(case_no, PHONE_NO[-4:])
    people.rate(5)
    assert "非常满意" in people.phone.inner_text("main")
    found = case(play, case_no)
    assert found["state"] == "closed"
    assert [move["action"] for move in found["moves"]].count("reopen") == 1
    assert len(set(texts(play))) == len(texts(play))
    figures = people.at_desk("centre", "/desk/board?from=2026-06-01&to=2026-07-31").inner_text("main")
    assert "新河镇" in figures
