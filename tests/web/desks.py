"""People who sign in at the desk, and cases they find there, for tests of its pages."""

import re

from service.hub.accounts import add_user
from tests.web.conftest import hidden_value, text_of

PASSWORD = "a long enough one"
PEOPLE = {
    "boss": ("centre", ""), "xinhe": ("331081104.command", ""), "social": ("331081104.social", ""), "zeguo": ("331081100.command", ""),
    "medins": ("health_insurance", ""), "officer": ("331081104.social", "grid"), "auditor": ("centre", "auditor"),
}  # fmt: skip


def sign_in(site, name="boss"):
    """Makes the account and signs in, as somebody does on their first day."""
    unit, role = PEOPLE[name]
    add_user(site.hub, name, PASSWORD, unit, role=role)
    client = site.client()
    token = hidden_value(text_of(client.get("/desk/login")), "csrf")
    assert client.post("/desk/login", data={"username": name, "password": PASSWORD, "csrf": token}).location == "/desk"
    return client


def file(site, scene="general", **more):
    """Files a case and returns its number."""
    answer = site.client().post(site.path(scene), data=site.sample(scene, **more))
    assert answer.status_code == 303, text_of(answer)
    return site.hub.tokens.read(answer.location.split("/receipt/")[1].split("?")[0])


def listed(html):
    return re.findall(r'<tr data-no="([^"]+)"', html)


def post(client, path, **form):
    token = client.get_cookie("__Host-gz_csrf").value
    return client.post(path, data={**form, "csrf": token})
