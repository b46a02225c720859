"""Throttling slows and marks; it knows what counts as one address."""

import datetime as dt

import pytest

from service.hub.throttling import delay_seconds, is_local, network_of, window_start


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("115.231.8.9", "115.231.8.9"),
        ("::ffff:115.231.8.9", "115.231.8.9"),
        ("2408:8440:1:2:aaaa::1", "2408:8440:1:2::/64"),
        ("2408:8440:1:2:bbbb::2", "2408:8440:1:2::/64"),
        ("unknown", "unknown"),
        ("", ""),
    ],
)
def test_one_subscriber_is_one_address(address, network):
    assert network_of(address) == network


@pytest.mark.parametrize(("address", "local"), [("127.0.0.1", True), ("::1", True), ("", True), ("115.231.8.9", False), ("x", False)])
def test_this_machine_itself_is_nobody(address, local):
    assert is_local(address) is local


def test_a_delay_grows_after_the_limit_and_stays_bounded():
    delays = [delay_seconds(count, 60, 400) for count in (1, 60, 61, 90, 120, 100_000)]
    assert delays[:2] == [0, 0] and delays == sorted(delays) and delays[-2:] == [0.4, 0.4]
    assert delay_seconds(1000, 60, 0) == 0


def test_windows_begin_at_full_spans():
    at = dt.datetime(2026, 11, 24, 2, 17, 30, tzinfo=dt.UTC)
    assert window_start(at) == dt.datetime(2026, 11, 24, 2, 10, tzinfo=dt.UTC)
    assert window_start(at, dt.timedelta(hours=1)) == dt.datetime(2026, 11, 24, 2, 0, tzinfo=dt.UTC)
