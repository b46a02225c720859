"""Drawing a page: the template, the words in the reader's language, the inlined style and scripts, the headers.

Rule: every page is complete without its scripts, is one request, and says in its headers that nothing else may run.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, current_app, request
from markupsafe import Markup

from gonzhi_code.areas import County
from gonzhi_code.words import in_language

from . import assets, csp
from .look import Look, look_of

NO_CACHE = "no-cache"
NO_STORE = "no-store"


class Tongue:
    """What templates call to speak: ``t("中文", "English")`` for their own words, ``w(words)`` for the library's."""

    def __init__(self, look: Look) -> None:
        self.lang = look.lang

    def t(self, zh: str, en: str) -> str:
        """One of the two wordings."""
        return en if self.lang == "en" else zh

    def w(self, words: str | None) -> str:
        """The wording of a ``Words`` in the reader's language."""
        return in_language(words, self.lang) if words else ""


def draw(
    template: str,
    look: Look,
    county: County,
    *,
    style: str = "public",
    scripts: tuple[str, ...] = (),
    query: Mapping[str, str] | None = None,
    **context: Any,
) -> str:
    """The HTML of a page.

    Args:
        template: path below templates/.
        look: language and text size.
        county: whose page it is.
        style: stylesheet in static/, inlined.
        scripts: scripts in static/, inlined in this order at the end of the body.
        query: what the links to the other language and size must keep (the scene).
        context: what the template needs beside these.
    """
    tongue = Tongue(look)
    kept = dict(query or {})
    return current_app.jinja_env.get_template(template).render(
        look=look,
        lang=look.lang,
        t=tongue.t,
        w=tongue.w,
        link=look.link,
        other_language=_switch(look, kept, lang="en" if look.lang == "zh" else "zh"),
        other_size=_switch(look, kept, size="usual" if look.large else "large"),
        county=county,
        style=assets.style(style),
        scripts=[assets.script(name) for name in scripts],
        **context,
    )


def _switch(look: Look, kept: Mapping[str, str], **change: str) -> str:
    return look.link("", **{**kept, **change})


def respond(
    html: str,
    status: int = 200,
    *,
    style: str = "public",
    scripts: tuple[str, ...] = (),
    cache: str = NO_CACHE,
) -> Response:
    """An answer with the page's own policy and caching."""
    response = Response(html, status, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = csp.policy(style, scripts)
    response.headers["Cache-Control"] = cache
    return response


def page(template: str, county: County, status: int = 200, *, cache: str = NO_CACHE, **context: Any) -> Response:
    """Draw a page for this request and answer with it."""
    look = context.pop("look", None) or look_of(request)
    style, scripts = context.pop("style", "public"), context.pop("scripts", ())
    html = draw(template, look, county, style=style, scripts=scripts, **context)
    return respond(html, status, style=style, scripts=scripts, cache=cache)


def groups(text: str, size: int = 4) -> Markup:
    """A number in groups that can be read aloud, kept on one line each."""
    bare = text.replace("-", "").replace(" ", "")
    return Markup(" ").join(bare[i : i + size] for i in range(0, len(bare), size))
