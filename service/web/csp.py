"""The headers that tell a browser what a page may do.

Rule: nothing from elsewhere, nothing inline but what we ourselves wrote (by hash), no framing, no address leaked to other
sites. Source: Content Security Policy Level 3, section 6.7.3 (hashes of inline blocks).
"""

from __future__ import annotations

from functools import cache

from flask import Response

from . import assets

HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Permissions-Policy", "geolocation=(), camera=(), microphone=(), payment=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)

# A year, as browsers' preload lists ask for; sent only where citizens come by TLS.
STRICT_TRANSPORT = "max-age=31536000"


@cache
def policy(style: str, scripts: tuple[str, ...]) -> str:
    """The Content-Security-Policy of a page.

    Args:
        style: name of its stylesheet in static/.
        scripts: names of its scripts in static/, none for a page without.
    """
    script_sources = " ".join(assets.digest(assets.script(name)) for name in scripts) or "'none'"
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src {assets.digest(assets.style(style))}",
            f"script-src {script_sources}",
            "img-src 'self' data:",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


# For answers that are no page of ours: JSON, pictures, redirects.
CLOSED = "default-src 'none'; frame-ancestors 'none'"


@cache
def headers_of(secure: bool) -> tuple[tuple[str, str], ...]:
    """The headers that every answer has; ``secure`` where citizens come by TLS."""
    return (*HEADERS, ("Strict-Transport-Security", STRICT_TRANSPORT)) if secure else HEADERS


def harden(response: Response, *, secure: bool) -> None:
    """Put the headers on an answer that every answer has."""
    for name, value in headers_of(secure):
        # A page that needs a permission of the browser has said so itself.
        response.headers.setdefault(name, value)
    if "Content-Security-Policy" not in response.headers:
        response.headers["Content-Security-Policy"] = CLOSED
