"""The pages of accounts: one's own, those one looks after, and the trail; as somebody goes through them, without a script."""

import ast
import base64
import hmac
import re
from pathlib import Path

import pytest

from gonzhi_code import qr
from service.hub.accounts import add_user
from service.hub.passwords import new_password
from service.store import accounts, audit
from service.web.account_words import DEEDS, VERBS
from tests.web.conftest import NOW, hidden_value, open_site, text_of
from tests.web.desks import PASSWORD, post, sign_in

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36"
OTHER = "another long sentence"
XINHE = "331081104"
ROOT = Path(__file__).resolve().parents[2]


def enter(site, name, password, client=None, **headers):
    """Types name and password. Returns the browser and the answer."""
    client = client or site.client()
    token = hidden_value(text_of(client.get("/desk/login")), "csrf")
    return client, client.post("/desk/login", data={"username": name, "password": password, "csrf": token}, headers=headers)


def trail(site, action):
    with site.hub.store.read() as tx:
        return [row for row in audit.recent_audit(tx) if row["action"] == action]


def app_code(secret, steps=0):
    """The six digits that an app shows now (RFC 6238)."""
    digest = hmac.digest(base64.b32decode(secret), (int(NOW.timestamp()) // 30 + steps).to_bytes(8, "big"), "sha1")
    place = digest[-1] & 15
    return f"{(int.from_bytes(digest[place : place + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"


def enrol(client):
    """Turns the second factor on. Returns its secret and the recovery codes."""
    html = text_of(client.get("/desk/account/second-factor"))
    secret = re.search(r'<b class="code">([A-Z2-7 ]+)</b>', html)[1].replace(" ", "")
    answer = post(client, "/desk/account/second-factor", ticket=hidden_value(html, "ticket"), code=app_code(secret, -1), password=PASSWORD)
    assert answer.status_code == 200, text_of(answer)
    return secret, re.findall(r'<b class="code">([a-z2-9]{5}-[a-z2-9]{5})</b>', text_of(answer))


# --- signing in


def test_after_signing_in_one_is_where_one_wanted_to_go(site):
    add_user(site.hub, "boss", PASSWORD, "centre")
    client = site.client()
    asked = client.get("/desk/audit?action=reveal")
    assert asked.location == "/desk/login?next=%2Fdesk%2Faudit%3Faction%3Dreveal"
    token = hidden_value(text_of(client.get(asked.location)), "csrf")
    answer = client.post(asked.location, data={"username": "boss", "password": PASSWORD, "csrf": token})
    assert answer.location == "/desk/audit?action=reveal"


@pytest.mark.parametrize("way", ["https://evil.example", "//evil.example", "/desk\\@evil.example", "/deskevil", "/", "/desk/\r\nSet-Cookie:x", "/desk/" + "a" * 400])
def test_nobody_is_led_off_the_desk_after_signing_in(site, way):
    add_user(site.hub, "boss", PASSWORD, "centre")
    client = site.client()
    token = hidden_value(text_of(client.get("/desk/login")), "csrf")
    answer = client.post("/desk/login", query_string={"next": way}, data={"username": "boss", "password": PASSWORD, "csrf": token})
    assert answer.location == "/desk"


def test_cookies_of_the_desk_cannot_be_planted_and_change_at_every_sign_in(site):
    add_user(site.hub, "boss", PASSWORD, "centre")
    client = site.client()
    client.set_cookie("__Host-gz_session", "planted-by-somebody")
    client, answer = enter(site, "boss", PASSWORD, client)
    for name in ("__Host-gz_session", "__Host-gz_csrf"):
        text = next(text for text in reversed(answer.headers.getlist("Set-Cookie")) if text.startswith(name + "="))
        assert "Secure" in text and "HttpOnly" in text and "Path=/;" in text + ";" and "Domain" not in text
    first, secret = client.get_cookie("__Host-gz_session").value, client.get_cookie("__Host-gz_csrf").value
    assert first != "planted-by-somebody"
    enter(site, "boss", PASSWORD, client)
    assert client.get_cookie("__Host-gz_session").value != first and client.get_cookie("__Host-gz_csrf").value != secret
    other = site.client()
    other.set_cookie("__Host-gz_session", first)
    assert other.get("/desk").location == "/desk/login", "the session that the browser had is over"


def test_a_cookie_without_the_prefix_opens_nothing_behind_tls(site):
    client = sign_in(site, "boss")
    other = site.client()
    other.set_cookie("gz_session", client.get_cookie("__Host-gz_session").value)
    assert other.get("/desk").location == "/desk/login"


# --- one's own account


def test_the_page_says_who_one_is_and_what_one_may_do(site):
    html = text_of(sign_in(site, "officer").get("/desk/account"))
    for words in ("officer", "新河镇社会发展服务办公室", "网格", "签收", "张贴巡查码牌"):
        assert words in html
    assert "管理账号" not in html
    assert "My account" in text_of(sign_in(site, "boss").get("/desk/account?lang=en"))


def test_one_sees_ones_devices_in_words_and_signs_another_one_out(site):
    here = sign_in(site, "social")
    there, _ = enter(site, "social", PASSWORD, **{"User-Agent": CHROME})
    html = text_of(here.get("/desk/account"))
    assert "Windows 电脑上的 Chrome" in html and html.count("这台") == 1
    assert there.get_cookie("__Host-gz_session").value not in html
    reference = re.search(r'name="end" value="([0-9a-f]+)"', html)[1]
    assert post(here, "/desk/account/sessions", end=reference).location == "/desk/account?done=ended"
    assert there.get("/desk").location == "/desk/login" and here.get("/desk").status_code == 200
    third, _ = enter(site, "social", PASSWORD)
    post(here, "/desk/account/sessions", end="others")
    assert third.get("/desk").location == "/desk/login" and here.get("/desk").status_code == 200


def test_a_password_is_changed_with_every_mistake_told_at_its_field(site):
    client = sign_in(site, "social")
    for old, new, again, words in (
        ("wrong", OTHER, OTHER, "现在的密码不对"), (PASSWORD, "short", "short", "至少 10 个字符"), (PASSWORD, OTHER, OTHER + "x", "两次输入的新密码不一样"),
        (PASSWORD, "social-2026-xyz", "social-2026-xyz", "不要带账号"), (PASSWORD, "x" * 201, "x" * 201, "最多 200"),
    ):  # fmt: skip
        answer = post(client, "/desk/account/password", old=old, new=new, again=again)
        assert answer.status_code == 422 and words in text_of(answer), words
        assert PASSWORD not in text_of(answer) and OTHER not in text_of(answer)
    assert post(client, "/desk/account/password", old=PASSWORD, new=OTHER, again=OTHER).location == "/desk/account?done=password"
    assert enter(site, "social", PASSWORD)[1].status_code == 422 and enter(site, "social", OTHER)[1].status_code == 303


# --- the second factor


def test_the_second_factor_is_turned_on_with_a_picture_and_asked_for_at_the_next_sign_in(site):
    client = sign_in(site, "social")
    html = text_of(client.get("/desk/account/second-factor"))
    picture = base64.b64decode(re.search(r"data:image/svg\+xml;base64,([^\"]+)", html)[1]).decode()
    secret = re.search(r'<b class="code">([A-Z2-7 ]+)</b>', html)[1].replace(" ", "")
    assert "otpauth" not in html and qr.svg("x")[:40] == picture[:40], "the picture is drawn, and its text stands nowhere else"
    ticket = hidden_value(html, "ticket")
    wrong = post(client, "/desk/account/second-factor", ticket=ticket, code="000000", password=PASSWORD)
    assert wrong.status_code == 422 and secret in text_of(wrong).replace(" ", ""), "the same secret is shown again"
    wrong = post(client, "/desk/account/second-factor", ticket=ticket, code=app_code(secret), password="no")
    assert wrong.status_code == 422 and "密码不对" in text_of(wrong)
    before = client.get_cookie("__Host-gz_session").value
    secret, codes = enrol(client)
    assert len(codes) == 10 and client.get_cookie("__Host-gz_session").value != before
    assert client.get("/desk").status_code == 200
    other, answer = enter(site, "social", PASSWORD)
    assert other.get("/desk").location == "/desk/second-factor"
    for path in ("/desk/account", "/desk/account/password", "/desk/account/second-factor", "/desk/case/2222-2222"):
        assert other.get(path).location.startswith("/desk/second-factor"), path
    assert "还没有登录" in text_of(post(other, "/desk/second-factor", code="000000"))
    assert post(other, "/desk/second-factor?next=/desk/account", code=app_code(secret)).location == "/desk/account"
    assert other.get("/desk").status_code == 200
    again, _ = enter(site, "social", PASSWORD)
    assert post(again, "/desk/second-factor", code=app_code(secret)).status_code == 422, "the same code twice"
    assert post(again, "/desk/second-factor", code=codes[0]).location == "/desk"


def test_many_wrong_codes_are_told_to_wait(site):
    enrol(sign_in(site, "social"))
    client, _ = enter(site, "social", PASSWORD)
    for _ in range(8):
        assert "不对" in text_of(post(client, "/desk/second-factor", code="000000"))
    assert "十分钟" in text_of(post(client, "/desk/second-factor", code="000000"))


def test_recovery_codes_are_renewed_and_the_factor_taken_off_with_the_password_only(site):
    client = sign_in(site, "social")
    _, codes = enrol(client)
    for deed in ("codes", "remove"):
        assert post(client, f"/desk/account/second-factor/{deed}", password="no").status_code == 422
    fresh = re.findall(r'<b class="code">([a-z2-9]{5}-[a-z2-9]{5})</b>', text_of(post(client, "/desk/account/second-factor/codes", password=PASSWORD)))
    assert len(fresh) == 10 and not set(fresh) & set(codes)
    assert post(client, "/desk/account/second-factor/remove", password=PASSWORD).location == "/desk/account?done=removed"
    other, _ = enter(site, "social", PASSWORD)
    assert other.get("/desk").status_code == 200


def test_where_it_is_a_duty_nothing_opens_before_it_is_turned_on(tmp_path):
    site = open_site(tmp_path / "var", GONZHI_REQUIRE_SECOND_FACTOR="centre")
    add_user(site.hub, "boss", PASSWORD, "centre")
    client, _ = enter(site, "boss", PASSWORD)
    assert client.get("/desk").location == "/desk/account/second-factor"
    assert client.get("/desk/users").location == "/desk/account/second-factor?next=%2Fdesk%2Fusers"
    enrol(client)
    assert client.get("/desk").status_code == 200
    assert post(client, "/desk/account/second-factor/remove", password=PASSWORD).status_code == 422
    assert sign_in(site, "social").get("/desk").status_code == 200, "others go on without"
    site.hub.close()


# --- accounts of others


def test_a_manager_makes_an_account_and_its_holder_chooses_a_password(site):
    boss = sign_in(site, "boss")
    form = {"username": "wang", "name": "王师傅", "unit": f"{XINHE}.social", "role": "grid", "areas": "六闸潮村", "grants": ["export"]}
    answer = post(boss, "/desk/users/new", **form)
    password = re.search(r'<b class="code">([^<]+)</b>', text_of(answer))[1]
    assert answer.headers["Cache-Control"] == "no-store"
    assert password not in text_of(boss.get("/desk/users/wang")) and "待改密码" in text_of(boss.get("/desk/users"))
    wang, _ = enter(site, "wang", password)
    assert wang.get("/desk").location == "/desk/account/password"
    assert wang.get("/desk/account").location == "/desk/account/password?next=%2Fdesk%2Faccount"
    assert "别人给的" in text_of(wang.get("/desk/account/password"))
    assert post(wang, "/desk/account/password?next=/desk/account", old=password, new=OTHER, again=OTHER).location == "/desk/account"
    html = text_of(wang.get("/desk/account"))
    assert "六闸潮村" in html and "导出" in html
    assert [row["who"] for row in trail(site, "add_user")][0] == "boss"


def test_every_mistake_is_told_at_once_and_what_was_typed_stays(site):
    boss = sign_in(site, "boss")
    form = {"username": "W!", "name": "王师傅", "unit": f"{XINHE}.social", "role": "township", "areas": "没有这个村", "grants": ["see_notices"]}
    answer = post(boss, "/desk/users/new", **form)
    html = text_of(answer)
    assert answer.status_code == 422
    for words in ("2 到 64 个小写字母", "综合信息指挥室的人员", "没有叫这个名字的村社：没有这个村", 'value="W!"', 'value="王师傅"', 'value="没有这个村"'):
        assert words in html
    assert re.search(r'value="see_notices" checked', html) and f'value="{XINHE}.social" selected' in html


def test_a_manager_changes_stops_and_lets_in_again(site):
    boss, social = sign_in(site, "boss"), sign_in(site, "social")
    post(boss, "/desk/users/social", name="社发办", unit="labour", role="unit", grants=["see_board"])
    assert "温岭市人力资源和社会保障局" in text_of(social.get("/desk/account")) and social.get("/desk/board").status_code == 200
    assert "改好了" in text_of(boss.get("/desk/users/social?done=changed"))
    post(boss, "/desk/users/social/disable")
    assert social.get("/desk").location == "/desk/login" and enter(site, "social", PASSWORD)[1].status_code == 422
    assert "已停用" in text_of(boss.get("/desk/users?q=社发"))
    post(boss, "/desk/users/social/enable")
    social, _ = enter(site, "social", PASSWORD)
    password = re.search(r'<b class="code">([^<]+)</b>', text_of(post(boss, "/desk/users/social/password")))[1]
    assert social.get("/desk").location == "/desk/login"
    social, _ = enter(site, "social", password)
    post(boss, "/desk/users/social/sessions")
    assert social.get("/desk").location == "/desk/login"


def test_a_lost_phone_is_reset_by_the_manager(site):
    boss, social = sign_in(site, "boss"), sign_in(site, "social")
    enrol(social)
    assert "重设验证码" in text_of(boss.get("/desk/users/social"))
    assert post(boss, "/desk/users/social/second-factor").location == "/desk/users/social?done=factor"
    assert enter(site, "social", PASSWORD)[0].get("/desk").status_code == 200


def test_what_the_manager_may_not_do_is_told_and_not_offered(site):
    boss = sign_in(site, "boss")
    add_user(site.hub, "edu", PASSWORD, "education", grants=frozenset({"open_sealed"}))
    html = text_of(boss.get("/desk/users/edu"))
    assert "重设密码</button>" not in html and "系统管理员在服务器上办理" in html and 'value="open_sealed" checked' in html
    answer = post(boss, "/desk/users/edu/password")
    assert answer.status_code == 422 and "您没有的权限" in text_of(answer)
    assert 'value="open_sealed"' not in text_of(boss.get("/desk/users/new"))
    assert post(boss, "/desk/users/new", username="police", unit="police", grants=["open_sealed"]).status_code == 422
    assert "最后一个中心管理账号" in text_of(post(boss, "/desk/users/boss", name="x", unit="labour", role="unit"))
    assert "自己的账号" in text_of(post(boss, "/desk/users/boss/disable"))


def test_an_account_of_others_does_not_exist_for_a_manager_of_a_township(site):
    add_user(site.hub, "room", PASSWORD, f"{XINHE}.command", grants=frozenset({"manage_users"}))
    sign_in(site, "social")
    sign_in(site, "zeguo")
    client, _ = enter(site, "room", PASSWORD)
    assert client.get("/desk/users/social").status_code == 200
    listed = text_of(client.get("/desk/users"))
    assert "/desk/users/social" in listed and "/desk/users/zeguo" not in listed
    for path in ("/desk/users/zeguo", "/desk/users/nobody"):
        assert client.get(path).status_code == 404
        for deed in ("", "/disable", "/enable", "/password", "/sessions", "/second-factor"):
            assert post(client, path + deed, unit="labour", role="unit").status_code == 404
    html = text_of(client.get("/desk/users/new"))
    assert 'value="labour"' not in html and f'value="{XINHE}.safety"' in html


def test_the_link_to_the_single_sign_on_survives_a_form_that_does_not_show_it(site):
    boss = sign_in(site, "boss")
    sign_in(site, "social")
    with site.hub.store.write() as tx:
        accounts.change_user(tx, accounts.find_user(tx, "social")["id"], subject="p-1")
    post(boss, "/desk/users/social", name="x", unit=f"{XINHE}.social", role="unit")
    with site.hub.store.read() as tx:
        row = accounts.find_user(tx, "social")
    assert (row["subject"], row["display_name"]) == ("p-1", "x")


# --- the trail


def test_the_trail_is_found_by_person_action_and_case_and_looking_at_it_is_on_it(site):
    boss = sign_in(site, "boss")
    sign_in(site, "social")
    post(boss, "/desk/users/social", name="x", unit="labour", role="unit", grants=["export"])
    html = text_of(boss.get("/desk/audit?action=change_user"))
    assert "修改账号" in html and "新河镇社会发展服务办公室 → 温岭市人力资源和社会保障局" in html and "登录失败" not in html.split("</form>")[-1]
    assert "social" not in text_of(boss.get("/desk/audit?who=nobody")).split("<tbody>")[1]
    assert text_of(boss.get("/desk/audit?case=2222-2222")).split("<tbody>")[1].count("<tr>") == 0
    looked = trail(site, "see_audit")
    assert [row["detail"] for row in looked] == [{"case_no": "2222-2222"}, {"who": "nobody"}, {"action": "change_user"}]


def test_every_deed_that_the_service_writes_down_has_its_words():
    written = set()
    for path in (ROOT / "service").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "add_audit" and len(node.args) > 3 and isinstance(node.args[3], ast.Constant):
                written.add(node.args[3].value)
    assert len(written) > 30
    assert sorted(written - set(DEEDS) - set(VERBS)) == [], "word these in service/web/account_words.py"


def test_the_trail_has_pages(site):
    boss = sign_in(site, "boss")
    with site.hub.store.write() as tx:
        for number in range(230):
            audit.add_audit(tx, NOW, f"person-{number}", "sign_in")
    seen, path = [], "/desk/audit?action=sign_in"
    while path:
        html = text_of(boss.get(path))
        seen += re.findall(r"<td>(person-\d+)</td>", html)
        link = re.search(r'href="(/desk/audit\?[^"]*before=[^"]*)"', html)
        path = link[1].replace("&amp;", "&") if link else ""
    assert seen == [f"person-{number}" for number in reversed(range(230))]
    for nonsense in ("x", "-1", "9" * 30, ""):
        assert boss.get(f"/desk/audit?before={nonsense}").status_code == 200


def test_no_password_secret_or_code_is_ever_on_the_trail(site):
    boss, social = sign_in(site, "boss"), sign_in(site, "social")
    secret, codes = enrol(social)
    told = re.search(r'<b class="code">([^<]+)</b>', text_of(post(boss, "/desk/users/social/password")))[1]
    enter(site, "social", new_password())
    with site.hub.store.read() as tx:
        text = str(audit.recent_audit(tx, 1000))
    assert not any(word in text for word in (PASSWORD, told, secret, *codes))
