"""The list of revoked codes over HTTP: cacheable, conditional, and absent where nothing can sign it."""

import secrets

from gonzhi_code.keys import Key
from gonzhi_code.revocations import read_revocations
from service.hub.codes import set_code_state
from tests.web.conftest import open_site


def test_the_list_is_fetched_and_asked_for_again_by_its_etag(tmp_path):
    seed = secrets.token_hex(32)
    site = open_site(tmp_path / "var", GONZHI_CODE_KEYS=f"e:ed25519={seed}")
    set_code_state(site.hub, site.codes["wage"].token, "lost", by="x")
    client = site.client()
    answer = client.get("/codes/revocations", headers={"Accept-Encoding": "br"})
    found = read_revocations(answer.get_data(), {"e": Key.ed25519(bytes.fromhex(seed)).public()})
    assert found.revoked(site.codes["wage"].token) and not found.revoked(site.codes["general"].token)
    assert answer.headers["Cache-Control"] == "public, max-age=3600" and answer.headers["X-List-Number"] == "1"
    again = client.get("/codes/revocations", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304 and again.get_data() == b""
    site.hub.close()


def test_there_is_none_where_keys_are_shared_secrets(read_only_site):
    assert read_only_site.client().get("/codes/revocations").status_code == 404
