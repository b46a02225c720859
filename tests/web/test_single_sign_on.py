"""The single sign-on, from the button to the queue and back, against a real provider on loopback; and every way it must fail."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit
from urllib.request import HTTPRedirectHandler, build_opener

import pytest

import service.hub.single_sign_on as room
from service.hub.accounts import add_user
from service.hub.managing import Wanted, change_account, disable
from service.hub.permissions import Verb
from service.store import audit
from tests.parts.sign_on import (
    CLIENT_ID,
    CLIENT_SECRET,
    MOMENT,
    Faults,
    altered,
    another_algorithm,
    running_provider,
    shared_secret,
    strangers_key,
    unsigned,
)
from tests.web.conftest import NOW, open_site, text_of

PASSWORD = "a long enough one"
BACK = "https://gz.example.gov.cn/desk/sso/back"


class Stay(HTTPRedirectHandler):
    """A browser that tells where it was sent instead of going there."""

    def http_error_302(self, request, answer, code, message, headers):
        return answer


@pytest.fixture(scope="module")
def running():
    with running_provider() as started:
        started.redirect_uri = BACK
        yield started


@pytest.fixture
def provider(running):
    running.faults, running.subject = Faults(), "person-0001"
    running.asked.clear()
    return running


@pytest.fixture
def site(tmp_path, provider):
    opened = open_site(
        tmp_path / "var", GONZHI_OIDC_ISSUER=provider.issuer, GONZHI_OIDC_CLIENT_ID=CLIENT_ID,
        GONZHI_OIDC_CLIENT_SECRET=CLIENT_SECRET, GONZHI_OIDC_NAME="浙政钉",
    )  # fmt: skip
    add_user(opened.hub, "labour", PASSWORD, "labour", subject="person-0001")
    yield opened
    opened.hub.close()


def begin(client, way=""):
    """Presses the button. Returns the address at the provider."""
    answer = client.get("/desk/sso", query_string={"next": way} if way else None)
    assert answer.status_code == 303, text_of(answer)
    return answer.location


def visit(address):
    """What the browser does at the provider. Returns the query it comes back with."""
    location = build_opener(Stay).open(address).headers["Location"]
    assert location.startswith(BACK + "?")
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def sign_on(client, way=""):
    return client.get("/desk/sso/back", query_string=visit(begin(client, way)))


def refusals(site):
    with site.hub.store.read() as tx:
        return [row["action"] for row in audit.recent_audit(tx)]


def test_whoever_signs_in_there_works_here(site, client, provider):
    assert "用浙政钉登录" in text_of(client.get("/desk/login?next=/desk/account"))
    answer = sign_on(client, "/desk/account")
    assert (answer.status_code, answer.location) == (303, "/desk/account")
    html = text_of(client.get("/desk/account"))
    assert "温岭市人力资源和社会保障局" in html and "统一认证" in html
    assert client.get_cookie("__Host-gz_sso") is None, "the ticket is taken away when it was used"
    assert refusals(site)[0] == "sign_in"


def test_the_redirect_carries_a_challenge_and_no_secret(site, client):
    query = parse_qs(urlsplit(begin(client)).query)
    assert query["code_challenge_method"] == ["S256"] and query["redirect_uri"] == [BACK] and query["scope"] == ["openid"]
    assert CLIENT_SECRET not in str(query) and "code_verifier" not in query
    ticket = client.get_cookie("__Host-gz_sso")
    assert ticket.http_only and ticket.secure and ticket.same_site == "Lax" and query["state"][0] not in ticket.value


def test_a_session_of_the_single_sign_on_ends_what_the_browser_had(site, client):
    sign_on(client)
    first = client.get_cookie("__Host-gz_session").value
    sign_on(client)
    client.set_cookie("__Host-gz_session", first)
    assert client.get("/desk").location == "/desk/login"


def test_nobody_gets_an_account_by_signing_in_there(site, client, provider):
    provider.subject = "person-9999"
    answer = sign_on(client)
    assert answer.status_code == 403
    assert "还没有关联到工作台账号" in text_of(answer) and "person-9999" in text_of(answer)
    assert client.get("/desk").location == "/desk/login"
    change_account(site.hub, "cli:root", "labour", Wanted("labour", "unit", subject="person-9999"))
    assert sign_on(client).status_code == 303


def test_a_stopped_account_stays_out_and_the_try_is_on_the_trail(site, client):
    disable(site.hub, "cli:root", "labour")
    assert sign_on(client).status_code == 403
    assert refusals(site)[0] == "sign_in_failed"


HOUR = 3600
BAD_TOKENS = {
    "the nonce of another sign-in": Faults(claims={"nonce": "another"}),
    "no nonce": Faults(claims={"nonce": None}),
    "it has run out": Faults(claims={"exp": MOMENT - HOUR, "iat": MOMENT - 2 * HOUR}),
    "it never runs out": Faults(claims={"exp": None}),
    "it comes from tomorrow": Faults(claims={"iat": MOMENT + 24 * HOUR}),
    "it is for another service": Faults(claims={"aud": "mail"}),
    "it is for another service as well, and that one asked for it": Faults(claims={"aud": [CLIENT_ID, "mail"], "azp": "mail"}),
    "it is for several, and none asked": Faults(claims={"aud": [CLIENT_ID, "mail"]}),
    "it is for nobody": Faults(claims={"aud": None}),
    "another issuer": Faults(claims={"iss": "https://evil.example"}),
    "it names nobody": Faults(claims={"sub": None}),
    "the name is no text": Faults(claims={"sub": 7}),
    "the name is empty": Faults(claims={"sub": " "}),
    "another access token": Faults(claims={"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}),
    "signed by nobody": Faults(sign=unsigned),
    "signed with what everybody has": Faults(sign=shared_secret),
    "signed by a stranger": Faults(sign=strangers_key),
    "altered": Faults(sign=altered),
    "a key that is not there": Faults(header={"kid": "nowhere"}),
    "an algorithm that is not allowed": Faults(sign=another_algorithm),
    "no token at all": Faults(no_token=True),
    "no token, but something": Faults(sign=lambda *_: "not.a.token"),
    "another issuer answered": Faults(answer={"iss": "https://evil.example"}),
    "the issuer that answered is not said": Faults(answer={"iss": ""}),
}


@pytest.mark.parametrize("name", BAD_TOKENS)
def test_a_token_that_does_not_prove_it_opens_nothing(site, client, provider, name):
    provider.faults = replace(BAD_TOKENS[name])
    answer = sign_on(client)
    assert answer.status_code == 403, name
    assert "没有通过核对" in text_of(answer) and "person-0001" not in text_of(answer)
    assert client.get_cookie("__Host-gz_session") is None and client.get("/desk").location == "/desk/login"


def test_what_comes_back_twice_opens_nothing(site, client, provider):
    back = visit(begin(client))
    ticket = client.get_cookie("__Host-gz_sso").value
    assert client.get("/desk/sso/back", query_string=back).status_code == 303
    thief = site.client()
    thief.set_cookie("__Host-gz_sso", ticket)
    asked = len(provider.asked)
    answer = thief.get("/desk/sso/back", query_string=back)
    assert answer.status_code == 403 and "用过" in text_of(answer)
    assert len(provider.asked) == asked, "the provider is not even asked"


@pytest.mark.parametrize("state", ["", "another"])
def test_what_was_begun_elsewhere_opens_nothing(site, client, state):
    back = visit(begin(client))
    assert site.client().get("/desk/sso/back", query_string=back).status_code == 403, "another browser has no ticket"
    assert client.get("/desk/sso/back", query_string={**back, "state": state}).status_code == 403
    other = site.client()
    begin(other)
    assert other.get("/desk/sso/back", query_string=back).status_code == 403, "nor has it the ticket of another sign-in"


def test_what_comes_back_too_late_opens_nothing(site, client, provider, monkeypatch):

    back = visit(begin(client))
    monkeypatch.setattr(room, "TICKET_SECONDS", -1)
    assert client.get("/desk/sso/back", query_string=back).status_code == 403


def test_who_says_no_there_is_told_so(site, client, provider):
    provider.faults = Faults(answer={"error": "access_denied", "code": ""})
    answer = sign_on(client)
    assert answer.status_code == 403 and "没有放行" in text_of(answer)


def test_a_code_of_somebody_else_is_worth_nothing_without_the_verifier(site, client, provider):
    stolen = visit(begin(client))
    thief = site.client()
    own = visit(begin(thief))
    assert thief.get("/desk/sso/back", query_string={**own, "code": stolen["code"]}).status_code == 403


def test_new_keys_of_the_provider_are_found_without_a_restart(site, client, provider, monkeypatch):

    assert sign_on(client).status_code == 303
    provider.change_key()
    assert sign_on(client).status_code == 403, "the keys were asked for a moment ago, and are not asked for at every bad token"
    monkeypatch.setattr(room, "ASK_AGAIN_SECONDS", 0)
    assert sign_on(client).status_code == 303
    assert provider.asked.count("/.well-known/openid-configuration") == 1


@pytest.mark.parametrize(
    "faults",
    [
        Faults(metadata={"issuer": "https://evil.example"}),
        Faults(metadata={"token_endpoint": "http://sso.example.gov.cn/token"}),
        Faults(metadata={"jwks_uri": None}),
    ],
)
def test_a_provider_that_describes_itself_wrongly_is_not_used(site, client, provider, faults):
    provider.faults = faults
    answer = client.get("/desk/sso")
    assert answer.status_code == 503 and "账号和密码" in text_of(answer)


def test_a_provider_that_fails_is_a_calm_page(site, client, provider):
    back = visit(begin(client))
    provider.faults = Faults(status=500)
    assert client.get("/desk/sso/back", query_string=back).status_code in (403, 503)


def test_a_second_factor_is_still_asked_after_the_single_sign_on(tmp_path, provider):
    strict = open_site(
        tmp_path / "strict", GONZHI_OIDC_ISSUER=provider.issuer, GONZHI_OIDC_CLIENT_ID=CLIENT_ID,
        GONZHI_OIDC_CLIENT_SECRET=CLIENT_SECRET, GONZHI_REQUIRE_SECOND_FACTOR="all",
    )  # fmt: skip
    add_user(strict.hub, "labour", PASSWORD, "labour", subject="person-0001", grants=frozenset({Verb.SEE_BOARD.value}))
    client = strict.client()
    assert sign_on(client).status_code == 303
    assert client.get("/desk").location == "/desk/account/second-factor"
    strict.hub.close()


def test_without_the_setting_there_is_no_single_sign_on(read_only_site):
    client = read_only_site.client()
    assert client.get("/desk/sso").status_code == client.get("/desk/sso/back").status_code == 404
    assert "/desk/sso" not in text_of(client.get("/desk/login"))


def test_the_clock_of_the_provider_is_that_of_the_tests():
    assert int(NOW.timestamp()) == MOMENT
