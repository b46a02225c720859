"""The signed list of revoked codes: its number grows when it says something else, and once a day."""

import datetime as dt
from dataclasses import replace

import pytest

from gonzhi_code.codes import CodeSigner
from gonzhi_code.keys import Key, KeyRing
from gonzhi_code.revocations import KeyState, read_revocations
from gonzhi_code.spots import Spot
from service.hub.code_keys import set_key_state
from service.hub.codes import mint, set_code_state
from service.hub.publishing import published_list

PAIR = Key.ed25519(bytes(range(32)))


@pytest.fixture
def ring_hub(hub):
    """The hub with an Ed25519 pair beside its shared secret."""
    ring = KeyRing({**hub.signer.ring.keys, "e": PAIR}, "a")
    return replace(hub, signer=CodeSigner(ring, hub.settings.base_url))


def read(found):
    return read_revocations(found.body, {"e": PAIR.public()})


def test_the_list_holds_what_is_out_of_use_and_is_read_with_the_public_key_alone(ring_hub):
    good, lost, retired = (mint(ring_hub, Spot(number, "点位", "331081101204"), "general") for number in (1, 2, 3))
    set_code_state(ring_hub, lost.token, "lost", by="x")
    set_code_state(ring_hub, retired.token, "retired", by="x")
    set_key_state(ring_hub, "a", "compromised", by="x")
    found = read(published_list(ring_hub))
    assert (found.issuer, found.number, found.issued_on, found.next_on) == (0, 1, dt.date(2026, 11, 24), dt.date(2026, 12, 1))
    assert [found.revoked(code.token) for code in (good, lost, retired)] == [False, True, True]
    assert found.keys == {"a": (KeyState.COMPROMISED, dt.date(2026, 11, 24))}


def test_its_number_grows_only_when_there_is_news_and_with_the_day(ring_hub, clock):
    code = mint(ring_hub, Spot(1, "点位", "331081101204"), "general")
    first = published_list(ring_hub)
    assert published_list(ring_hub) == first and first.number == 1
    set_code_state(ring_hub, code.token, "lost", by="x")
    second = published_list(ring_hub)
    assert second.number == 2 and second.etag != first.etag
    clock.move(days=1)
    assert published_list(ring_hub).number == 3
    set_code_state(ring_hub, code.token, "good", by="x")
    found = read(published_list(ring_hub))
    assert found.number == 4 and not found.revoked(code.token)


def test_shared_secrets_sign_no_list_and_neither_does_a_pair_that_leaked(ring_hub, hub):
    assert published_list(hub) is None
    set_key_state(ring_hub, "e", "compromised", by="x")
    assert published_list(ring_hub) is None
