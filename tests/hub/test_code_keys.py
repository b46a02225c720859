"""Keys that retire or leak, and agencies that mint on their own: codes go on taking complaints, and nobody forges a place."""

import base64
import datetime as dt
import secrets
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gonzhi_code.codes import CodeSigner
from gonzhi_code.keys import Key, KeyRing
from gonzhi_code.spots import Spot
from service.hub.code_keys import BadKey, KeyOutOfUse, list_keys, set_key_state, to_replace
from service.hub.codes import mint, set_code_state
from service.hub.intake import submit
from service.hub.issuers import BadIssuer, add_issuer, close_issuer, list_issuers, read_public_key
from service.hub.posting import Life, Proof, note_step
from service.hub.scanning import open_scan
from service.store import audit, cases, outbox
from service.store.scans import add_scans
from tests.hub.conftest import sample
from tests.hub.test_posting import CENTRE

SEED = bytes(range(32))
SCHOOL = Spot(5, "北校门", "331081101204", issuer=9)


def agency_signer(seed=SEED, key_id="e"):
    return CodeSigner(KeyRing({key_id: Key.ed25519(seed)}, key_id), "https://gz.example.gov.cn/s/")


def agency_code(spot=SCHOOL, **more):
    return agency_signer(**more).issue(spot, scene_key="campus", serial=1, issued_on=dt.date(2026, 11, 1))


def public_half(seed=SEED):
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def registered(hub):
    add_issuer(hub, 9, "温岭市教育局", "e", public_half(), by="cli:ops")


def states(hub):
    return {row.key_id: (row.state, row.codes, row.about) for row in list_keys(hub)}


def test_a_retired_key_signs_no_more_and_verifies_for_ever(hub, code, spot):
    assert states(hub) == {"a": ("issuing", 1, 1)}
    set_key_state(hub, "a", "retired", by="cli:ops", note="到期")
    assert states(hub) == {"a": ("retired", 1, 1)}
    with pytest.raises(KeyOutOfUse, match="GONZHI_ISSUING_KEY"):
        mint(hub, spot, "general")
    scan = open_scan(hub, code.token, None)
    assert (scan.code_state, scan.marks, scan.spot.name) == ("good", (), "文化礼堂")


def test_a_code_of_a_leaked_key_takes_its_complaint_marked_and_the_centre_is_alarmed(hub, code):
    set_key_state(hub, "a", "compromised", by="cli:ops")
    submit(hub, token_text=code.token, scene_key=None, form=sample("general"), submission_id="page-0001", address="192.0.2.1", language="zh")
    with hub.store.read() as tx:
        (row,) = cases.newest_cases(tx)
        alarm = next(job["payload"] for job in outbox.outbox_of(tx, row["id"]) if job["kind"] == "code.alarm")
    # It is registered, and nobody can register one, so its place is believed as before.
    assert (row["code_state"], row["place"]) == ("compromised_key", "新河镇 六闸潮村 文化礼堂")
    assert "code_compromised_key" in row["marks"] and alarm["unit_id"] == "centre" and alarm["place_trusted"]


def test_an_unregistered_code_of_a_leaked_key_proves_no_place(hub, spot):
    made_up = hub.signer.issue(replace(spot, id=99), scene_key="general", serial=1, issued_on=dt.date(2026, 11, 1))
    assert open_scan(hub, made_up.token, None).code_state == "unknown_spot"
    set_key_state(hub, "a", "compromised", by="cli:ops")
    scan = open_scan(hub, made_up.token, None)
    assert (scan.code_state, scan.spot, scan.place_name, scan.scene.key) == ("compromised_key", None, "", "general")


def test_a_lost_poster_of_a_leaked_key_says_both(sqlite_hub):
    code = mint(sqlite_hub, Spot(7, "文化礼堂", "331081104294"), "general")
    set_code_state(sqlite_hub, code.token, "lost", by="x")
    set_key_state(sqlite_hub, "a", "compromised", by="x")
    scan = open_scan(sqlite_hub, code.token, None)
    assert (scan.code_state, scan.marks) == ("lost", ("code_lost", "code_compromised_key"))


def test_what_must_be_printed_anew_is_ranked_by_use(hub):
    codes = [mint(hub, Spot(number, f"点位{number}", "331081104294"), "general") for number in (1, 2, 3, 4)]
    ids = [hub.registry.find(code.token).id for code in codes]
    note_step(hub, CENTRE, codes[3].token, Life.RETIRED, Proof())
    with hub.store.write() as tx:
        add_scans(tx, {(hub.today(), ids[1], "general"): {"opened": 50}, (hub.today(), ids[2], "general"): {"opened": 5, "submitted": 2}})
        add_scans(tx, {(hub.today() - dt.timedelta(days=300), ids[0], "general"): {"submitted": 99}})
    assert [(row["spot_id"], row["submitted"], row["opened"]) for row in to_replace(hub, "a")] == [(3, 2, 5), (2, 0, 50), (1, 0, 0)]
    assert states(hub)["a"] == ("issuing", 4, 3)


def test_a_key_state_is_one_of_two_and_a_leak_is_not_undone(hub):
    with pytest.raises(BadKey, match="no key 'z'"):
        set_key_state(hub, "z", "retired", by="x")
    with pytest.raises(BadKey, match="not 'fine'"):
        set_key_state(hub, "a", "fine", by="x")
    set_key_state(hub, "a", "retired", by="x")
    set_key_state(hub, "a", "compromised", by="x", note="笔记本被偷")
    with pytest.raises(BadKey, match="does not undo"):
        set_key_state(hub, "a", "retired", by="x")
    with hub.store.read() as tx:
        assert [entry["action"] for entry in audit.recent_audit(tx, 2)] == ["key.compromised", "key.retired"]


def test_an_agency_that_is_registered_vouches_for_its_codes(hub):
    code = agency_code()
    assert open_scan(hub, code.token, None).code_state == "unknown_key"
    registered(hub)
    scan = open_scan(hub, code.token, None)
    assert (scan.code_state, scan.marks, scan.scene.key) == ("good", (), "campus")
    assert (scan.place_name, scan.issuer_name, scan.source) == ("大溪镇 良山村", "温岭市教育局", "code")
    receipt = submit(hub, token_text=code.url, scene_key=None, form=sample("campus"), submission_id="page-0001", address="", language="zh")
    assert receipt.place.startswith("大溪镇")


def test_an_agency_vouches_for_its_own_number_alone_and_for_nothing_altered(hub):
    registered(hub)
    for spot in (replace(SCHOOL, issuer=0), replace(SCHOOL, issuer=8)):
        assert open_scan(hub, agency_code(spot).token, None).code_state == "unknown_key"
    forged = agency_code(seed=secrets.token_bytes(32))
    assert open_scan(hub, forged.token, None).code_state == "bad_signature"
    assert open_scan(hub, forged.token, None).spot is None


def test_a_leaked_key_of_an_agency_proves_nothing(hub):
    registered(hub)
    set_key_state(hub, "9:e", "compromised", by="x")
    scan = open_scan(hub, agency_code().token, None)
    assert (scan.code_state, scan.spot, scan.marks) == ("compromised_key", None, ("code_compromised_key",))


def test_an_agency_that_has_ended_keeps_its_posters_working(hub):
    registered(hub)
    close_issuer(hub, 9, by="x")
    assert open_scan(hub, agency_code().token, None).code_state == "good"
    assert list_issuers(hub)[0]["closed_at"] is not None
    with pytest.raises(BadIssuer):
        close_issuer(hub, 9, by="x")


@pytest.mark.parametrize(
    ("number", "name", "key_id", "sentence"),
    [(0, "局", "e", "1 to 1023"), (1024, "局", "e", "1 to 1023"), (3, " ", "e", "name"), (3, "局", "u", "key id"), (3, "局", "a", "own")],
)
def test_what_is_no_agency_is_refused_in_one_sentence(sqlite_hub, number, name, key_id, sentence):
    with pytest.raises(BadIssuer, match=sentence):
        add_issuer(sqlite_hub, number, name, key_id, public_half(), by="x")


def test_a_number_is_taken_once(sqlite_hub):
    registered(sqlite_hub)
    with pytest.raises(BadIssuer, match="taken"):
        registered(sqlite_hub)


def test_a_public_key_is_read_in_every_usual_spelling():
    key = Ed25519PrivateKey.from_private_bytes(SEED).public_key()
    raw, pem = public_half(), key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    for text in (raw.hex(), raw.hex().upper(), base64.b64encode(raw).decode(), pem, f"\n{pem}\n"):
        assert read_public_key(text) == raw
    for text in ("", "abc", "not a key", raw.hex()[:-2], pem.replace("MCow", "MDow")):
        with pytest.raises(BadIssuer):
            read_public_key(text)
