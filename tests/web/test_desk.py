"""Staff pages: signing in, the queue, and that no other site can press our buttons. And the two watchdog addresses."""

import re

import pytest
from flask import request

from service.hub.accounts import add_user
from tests.web.conftest import hidden_value, open_site, text_of

PASSWORD = "a long enough one"


@pytest.fixture
def staff(site):
    for name, unit in (("centre", "centre"), ("xinhe-social", "331081104.social"), ("medins", "health_insurance")):
        add_user(site.hub, name, PASSWORD, unit)
    return site


def sign_in(client, name="centre", password=PASSWORD, **headers):
    token = hidden_value(text_of(client.get("/desk/login")), "csrf")
    return client.post("/desk/login", data={"username": name, "password": password, "csrf": token}, headers=headers)


def cookie(answer, name):
    return next(text for text in answer.headers.getlist("Set-Cookie") if text.startswith(name + "="))


def test_the_desk_is_closed_to_those_who_are_not_signed_in(client):
    answer = client.get("/desk")
    assert (answer.status_code, answer.location) == (303, "/desk/login")


def test_signing_in_opens_the_queue(staff, client):
    client.post(staff.path("general"), data=staff.sample("general"))
    answer = sign_in(client)
    assert (answer.status_code, answer.location) == (303, "/desk")
    html = text_of(client.get("/desk"))
    assert re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}", html)
    assert "已交办" in html
    assert "新河镇社会发展服务办公室" in html
    assert "还剩" in html


def test_session_cookies_are_out_of_reach_of_scripts_and_of_other_sites(staff, client):
    text = cookie(sign_in(client), "__Host-gz_session")
    for attribute in ("Secure", "HttpOnly", "SameSite=Lax"):
        assert attribute in text


def test_the_demo_without_tls_does_not_ask_for_it(tmp_path):
    demo = open_site(tmp_path / "demo", GONZHI_MODE="demo", GONZHI_BASE_URL="http://127.0.0.1:8000/s/")
    add_user(demo.hub, "centre", PASSWORD, "centre")
    answer = sign_in(demo.client())
    assert "Secure" not in cookie(answer, "gz_session")
    assert "Strict-Transport-Security" not in answer.headers
    demo.hub.close()


def test_a_wrong_name_and_a_wrong_password_are_answered_alike(staff, client):
    pages = set()
    for name, password in (("centre", "wrong one"), ("nobody", PASSWORD), ("", "")):
        answer = sign_in(client, name, password)
        assert answer.status_code == 422
        assert "gz_session" not in str(answer.headers)
        pages.add(re.sub(r'value="[^"]*"', "", text_of(answer)))
    assert len(pages) == 1
    assert "账号或密码不对" in pages.pop()


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}],
)
def test_a_form_of_another_site_is_refused(staff, client, headers):
    assert sign_in(client, **headers).status_code == 403


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://LOCALHOST"}])
def test_our_own_form_is_taken(staff, client, headers):
    assert sign_in(client, **headers).status_code == 303


@pytest.mark.parametrize("token", ["", "guessed", "猜"])
def test_a_form_without_the_token_is_refused(staff, client, token):
    client.get("/desk/login")
    data = {"username": "centre", "password": PASSWORD, "csrf": token}
    assert client.post("/desk/login", data=data).status_code == 403


def test_signing_out_ends_the_session(staff, client):
    sign_in(client)
    session = client.get_cookie("__Host-gz_session").value
    token = hidden_value(text_of(client.get("/desk")), "csrf")
    assert client.post("/desk/logout", data={"csrf": token}).location == "/desk/login"
    client.set_cookie("__Host-gz_session", session)
    assert client.get("/desk").status_code == 303


def test_the_queue_shows_no_person_and_nothing_of_a_protected_case_to_outsiders(staff, client):
    client.post(staff.path("medins"), data=staff.sample("medins"))
    client.post(staff.path("general"), data=staff.sample("general", reporter_name="赵大爷", reporter_phone="13800138000"))
    sign_in(client, "xinhe-social")
    html = text_of(client.get("/desk"))
    assert "赵大爷" not in html
    assert "13800138000" not in html
    assert html.count('class="no"') == 1


def test_healthz_answers_that_the_service_lives(client):
    assert client.get("/healthz").get_json() == {"alive": True}


def test_readyz_tells_of_the_database_and_the_outbox(site, client):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.get_json()["database"] == "ok"
    assert answer.get_json()["outbox_age_seconds"] == 0
    client.post(site.path("general"), data=site.sample("general"))
    assert client.get("/readyz").get_json()["outbox_age_seconds"] >= 0


def test_readyz_says_so_when_the_tables_are_not_there(site, client):
    with site.hub.store.write() as tx:
        tx.exec_driver_sql("DELETE FROM alembic_version")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json()["ready"] is False


@pytest.mark.parametrize(("proxies", "seen"), [("0", "127.0.0.1"), ("1", "203.0.113.9")])
def test_only_a_trusted_proxy_is_believed(tmp_path, proxies, seen):
    site, addresses = open_site(tmp_path / "var", GONZHI_TRUSTED_PROXIES=proxies), []
    site.app.before_request(lambda: addresses.append(request.remote_addr))
    site.client().get("/track", headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.9"})
    assert addresses == [seen]
    site.hub.close()
