"""Counting in the database how often one address and one code are used, to slow and to mark, never to refuse.

The rule it keeps: a building site behind one carrier address gets every complaint through. Past a limit an answer comes
a little later, at most ``GONZHI_SLOW_MS``, and the case is marked for the clerk. The delay comes after the commit, so it
holds up nobody else. An address is kept only as a keyed hash.
"""

from __future__ import annotations

import datetime as dt
import ipaddress

from service.sealing import Sealer

WINDOW = dt.timedelta(minutes=10)
CODE_FACTOR = 5
"""One code serves a whole site or school, so it may be used this many times as often as one address."""
MANY_FROM_ADDRESS = "many_from_address"
MANY_FROM_CODE = "many_from_code"


def window_start(moment: dt.datetime, window: dt.timedelta = WINDOW) -> dt.datetime:
    """The beginning of the counting window that a moment lies in."""
    seconds = int(window.total_seconds())
    return dt.datetime.fromtimestamp(int(moment.timestamp()) // seconds * seconds, dt.UTC)


def network_of(address: str) -> str:
    """What is counted as one address: an IPv4 address, or the /64 that one IPv6 subscriber is given (RFC 6177)."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def is_local(address: str) -> bool:
    """Whether the address is this machine itself: a proxy that does not say for whom it asks, or nobody."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return not address


def address_key(sealer: Sealer, purpose: str, address: str) -> str:
    """Key of the counter of an address."""
    return f"{purpose}:{sealer.blind('address', network_of(address))}"


def delay_seconds(count: int, limit: int, most_ms: int) -> float:
    """How long an answer waits: nothing up to the limit, then growing to the most at twice the limit."""
    if count <= limit:
        return 0.0
    return most_ms / 1000 * min(1.0, (count - limit) / limit)
