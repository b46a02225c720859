"""A request for an old host or an old address is led home in one redirect; our own unknown pages stay what they are."""

import io

import pytest

from gonzhi_code.batch_sheet import parse_sheet
from service.hub.aliases import import_aliases
from tests.hub.test_aliases import LIST
from tests.web.conftest import hidden_value, open_site, text_of
from tests.web.test_posting import entered

HOME = "https://gz.example.gov.cn/s/"


@pytest.fixture
def old_site(tmp_path):
    site = open_site(tmp_path / "var", GONZHI_OLD_HOSTS="rs.example.gov.cn,yb.example.gov.cn")
    import_aliases(site.hub, parse_sheet(LIST.encode(), "old.csv"), by="cli:ops")
    yield site
    site.hub.close()


def ask(site, address):
    scheme, _, rest = address.partition("://")
    host, slash, path = rest.partition("/")
    return site.client().get(slash + path or "/", base_url=f"{scheme}://{host}")


@pytest.mark.parametrize(
    ("address", "goal"),
    [
        ("http://rs.example.gov.cn/QianXin?id=7&a=", HOME + "old-1"),
        ("https://RS.example.gov.cn/QianXin/?a=&id=7", HOME + "old-1"),
        ("https://rs.example.gov.cn:8443/nothing", HOME),
        ("https://yb.example.gov.cn/q?from=timeline", HOME + "old-2"),
        ("https://yb.example.gov.cn/desk", HOME),
    ],
)
def test_whatever_is_asked_of_an_old_host_leads_home(old_site, address, goal):
    answer = ask(old_site, address)
    assert (answer.status_code, answer.location) == (302, goal)
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_old_site_may_hand_its_address_over(old_site):
    client = old_site.client()
    assert client.get("/old", query_string={"u": "https://rs.example.gov.cn/QianXin?id=7&a="}).location == "/s/old-1"
    assert client.get("/old", query_string={"u": "https://evil.example/x"}).location == "/"
    assert client.get("/old").location == "/"


def test_our_own_host_keeps_its_pages(old_site):
    assert old_site.client().get("/nothing").status_code == 404
    assert ask(old_site, "https://gz.example.gov.cn/nothing").status_code == 404
    assert ask(old_site, "https://gz.example.gov.cn/").status_code == 200


def test_the_form_of_an_old_code_knows_its_place_and_compares_no_letters(old_site):
    client = old_site.client()
    html = text_of(client.get("/s/old-1"))
    assert hidden_value(html, "scene_key") == "wage"
    assert "大溪镇 良山村 工地东门" in html and "末五位" not in html and 'name="tell"' not in html
    answer = client.post("/s/old-1", data=old_site.sample("wage"))
    assert answer.status_code == 303 and "/receipt/" in answer.location
    assert "您要反映什么事" in text_of(client.get("/s/old-3"))
    assert "township_id" in text_of(client.get("/s/old-2"))


def test_the_centre_imports_a_list_and_sees_what_is_still_scanned(old_site):
    ask(old_site, "http://rs.example.gov.cn/QianXin?id=7&a=")
    ask(old_site, "http://rs.example.gov.cn/nothing")
    centre = entered(old_site, "centre")
    html = text_of(centre.get("/desk/aliases"))
    assert "3 个旧码里有 1 个还有人扫" in html and "另有 1 次" in html and "rs.example.gov.cn/QianXin?a=&amp;id=7" in html

    def send(data, name="old.csv"):
        return centre.post("/desk/aliases", data={"csrf": hidden_value(html, "csrf"), "sheet": (io.BytesIO(data), name)})

    answer = send(LIST.encode("gb18030"))
    assert answer.status_code == 422 and "更新 3 个" in text_of(answer) and "第 5 行：“不是网址”不是网址" in text_of(answer)
    assert "更新 1 个" in text_of(send("旧网址,场景\nhttps://yb.example.gov.cn/q,医保基金\n".encode()))
    assert "列名写成其中一个就行" in text_of(send("部门,场景\nx,欠薪\n".encode()))
    assert send(b"\x00\x01", "x.xlsx").status_code == 422
    assert send(b"", "").status_code == 422


@pytest.mark.parametrize("name", ["xinhe", "liuzha"])
def test_nobody_else_sees_them(old_site, name):
    assert entered(old_site, name).get("/desk/aliases").status_code == 403
