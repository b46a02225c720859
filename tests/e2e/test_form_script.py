"""What the form does beyond plain HTML: hidden questions, the draft, no network, one case however often it is sent."""

import io
import json

import pytest
from PIL import Image

from gonzhi_code.scenes import get_scene
from tests.e2e.filling import case_no_on, fill, send

GENERAL = get_scene("general").sample_form()


def cases_of(service):
    return len(json.loads(service.command("cases", "--json")))


def draft(page):
    return page.evaluate("localStorage.getItem('gz:general')")


def test_questions_that_do_not_apply_are_hidden_and_not_sent(phone, codes):
    page = phone()
    page.goto(codes["wage"])
    identity = page.locator("#reporter_id_no")
    assert not identity.is_visible()
    page.locator("label:has(input[value=complaint])").click()
    assert identity.is_visible()
    identity.fill("331081199003071231")
    page.locator("label:has(input[value=report])").click()
    assert not identity.is_visible()
    assert "reporter_id_no" not in page.evaluate("Array.from(new FormData(document.getElementById('f')).keys())")


def test_a_tick_for_an_sms_without_a_number_is_mended_at_the_number_or_by_taking_it_out(phone, codes):
    page = phone()
    page.goto(codes["general"])
    fill(page, [pair for pair in GENERAL if pair[0] not in ("reporter_name", "reporter_phone")])
    page.locator("button#go").click()
    page.locator(".errors").wait_for()
    assert page.locator(".errors a").get_attribute("href") == "#reporter_phone"
    assert page.locator("#reporter_phone-e").inner_text().endswith("要收短信请填手机号，或者取消勾选“办好后请给我发短信”")
    page.locator("label:has(input[name=wants_feedback])").click()
    send(page)


def test_consent_to_medical_papers_is_asked_of_those_who_have_some(phone, codes):
    page = phone()
    page.goto(codes["medins"])
    page.get_by_text("还可以补充").click()
    consent = page.locator("input[name=medical_consent]")
    assert not consent.is_visible()
    page.locator("label:has(input[name=evidence][value=prescriptions])").click()
    assert consent.is_visible() and not consent.is_checked()


def test_a_row_is_added_without_asking_the_server(phone, codes):
    page = phone()
    page.goto(codes["wage"])
    page.get_by_text("还可以补充").click()
    page.locator("#workers-0-name").fill("王小明")
    page.locator("[data-rows=workers] button[name=add_row]").click()
    assert page.locator("#workers-1-name").input_value() == ""
    assert page.evaluate("document.activeElement.id") == "workers-1-name"
    assert page.locator("#workers-0-name").input_value() == "王小明"


def test_text_that_was_not_sent_comes_back_and_persons_do_not(phone, codes):
    page = phone()
    page.goto(codes["general"])
    fill(page, GENERAL)
    page.wait_for_timeout(600)
    kept = draft(page)
    assert "水泵" in kept
    assert "赵先生" not in kept
    assert "13800138000" not in kept
    page.goto(codes["general"])
    assert page.locator("#draft").is_visible()
    assert page.locator("#description").input_value() == dict(GENERAL)["description"]
    assert page.locator("#noise_kind").is_visible(), "what a restored answer asks for is shown"
    assert page.locator("#reporter_phone").input_value() == ""


def test_clearing_forgets_the_draft(phone, codes):
    page = phone()
    page.goto(codes["general"])
    page.fill("#description", "水泵夜里一直响，睡不着觉。")
    page.wait_for_timeout(600)
    page.goto(codes["general"])
    page.once("dialog", lambda asked: asked.dismiss())
    page.locator("#draft button").click()
    assert "水泵" in draft(page) and "水泵" in page.locator("#description").input_value(), "a slip of the finger costs nothing"
    page.once("dialog", lambda asked: asked.accept())
    with page.expect_navigation():
        page.locator("#draft button").click()
    assert draft(page) is None
    assert page.locator("#description").input_value() == ""


@pytest.mark.parametrize("script", [True, False])
def test_another_look_or_scene_keeps_what_was_typed(phone, codes, script):
    page = phone(java_script_enabled=script)
    page.goto(codes["general"])
    page.fill("#description", "水泵夜里一直响，睡不着觉。")
    page.click("text=大字版")
    assert page.locator("html.l").count() == 1
    assert page.locator("#description").input_value() == "水泵夜里一直响，睡不着觉。"
    page.click("button[value=campus]")
    assert "校园" in page.locator("h1").inner_text()
    assert page.locator("#description").input_value() == "水泵夜里一直响，睡不着觉。"
    assert page.locator(".errors").count() == 0


def test_a_draft_older_than_a_week_is_forgotten(phone, codes):
    page = phone()
    page.goto(codes["general"])
    page.evaluate("localStorage.setItem('gz:general', JSON.stringify({t: Date.now() - 8 * 864e5, id: 'x', v: [['description', '旧']]}))")
    page.goto(codes["general"])
    assert page.locator("#description").input_value() == ""
    assert draft(page) is None


def test_the_receipt_clears_the_draft_and_leaving_does_not_bring_it_back(phone, codes):
    page = phone()
    page.goto(codes["general"])
    fill(page, GENERAL)
    page.wait_for_timeout(600)
    send(page)
    assert draft(page) is None
    page.goto(codes["general"])
    assert draft(page) is None
    assert page.locator("#description").input_value() == ""


def test_going_back_after_sending_makes_no_second_case(phone, codes, service):
    page = phone()
    page.goto(codes["general"])
    fill(page, GENERAL)
    send(page)
    number, before = case_no_on(page), cases_of(service)
    page.go_back()
    page.wait_for_selector("#go:enabled")
    page.locator("#go").click()
    page.wait_for_load_state()
    if "/receipt/" in page.url:
        assert case_no_on(page) == number
    assert cases_of(service) == before


def test_a_double_tap_makes_one_case(phone, codes, service):
    page = phone()
    page.goto(codes["general"])
    fill(page, GENERAL)
    before = cases_of(service)
    page.locator("#go").dblclick()
    page.wait_for_url("**/receipt/**")
    assert cases_of(service) == before + 1


def test_without_network_the_form_waits_and_is_sent_when_it_is_back(phone, codes):
    page = phone()
    page.goto(codes["general"])
    fill(page, GENERAL)
    page.context.set_offline(True)
    page.locator("#go").click()
    assert "没有网络" in page.inner_text("#say")
    assert "水泵" in draft(page)
    page.context.set_offline(False)
    page.wait_for_url("**/receipt/**")
    assert draft(page) is None


def test_a_network_that_breaks_while_sending_costs_nothing(phone, codes, service):
    page = phone()
    page.goto(codes["general"])
    fill(page, GENERAL)
    before = cases_of(service)
    # The form arrives, the answer is lost: the worst case.
    page.route("**/S/**", lambda route: (route.fetch(max_redirects=0), route.abort())[1] if route.request.method == "POST" else route.continue_())
    page.locator("#go").click(no_wait_after=True)
    page.wait_for_timeout(1500)
    assert cases_of(service) == before + 1
    page.unroute("**/S/**")
    page.goto(codes["general"])
    assert page.locator("#description").input_value() == dict(GENERAL)["description"]
    fill(page, [pair for pair in GENERAL if pair[0].startswith("reporter_")])
    send(page)
    assert cases_of(service) == before + 1


def test_photos_are_made_smaller_on_the_phone_and_sent_one_by_one(phone, codes, service):
    page = phone()
    page.goto(codes["general"])
    fill(page, GENERAL)
    send(page)
    pictures = []
    for nth in range(2):
        data = io.BytesIO()
        Image.effect_noise((3000, 2000), 60 + nth).convert("RGB").save(data, "JPEG", quality=90)
        pictures.append({"name": f"{nth}.jpg", "mimeType": "image/jpeg", "buffer": data.getvalue()})
    requests = []
    page.on("requestfinished", lambda request: requests.append(request))
    page.set_input_files("#photo", pictures)
    page.locator("#sent li", has_text="已传上").nth(1).wait_for()
    sizes = [one.sizes()["requestBodySize"] for one in requests if one.url.endswith("/photos")]
    assert len(sizes) == 2
    assert max(sizes) < min(len(one["buffer"]) for one in pictures)
    page.reload()
    assert "已有 2 张照片" in page.inner_text("main")


def test_a_file_that_is_no_photo_is_told_beside_its_name(phone, codes):
    page = phone()
    page.goto(codes["general"])
    fill(page, GENERAL)
    send(page)
    page.set_input_files("#photo", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"})
    page.locator("#sent li", has_text="不是照片").wait_for()
    assert "a.jpg" in page.inner_text("#sent")


@pytest.mark.parametrize("scene_key", ["wage", "medins", "shelter", "campus", "general"])
def test_a_form_with_mistakes_is_mended_without_scripts(phone, codes, scene_key):
    page = phone(java_script_enabled=False)
    page.goto(codes[scene_key])
    sample = get_scene(scene_key).sample_form()
    name, value = next(pair for pair in sample if page.locator(f'[name="{pair[0]}"]').first.get_attribute("type") == "text")
    fill(page, [(name, "") if pair[0] == name else pair for pair in sample])
    page.locator("#go").click()
    page.wait_for_selector(".errors")
    page.fill(f'[name="{name}"]', value)
    # A passphrase is never sent back, so it is typed again.
    fill(page, [pair for pair in sample if pair[0].endswith("passphrase")])
    send(page)
