"""The page with the form of a scene: the same for a scanned code, for no code, and after mistakes.

A blank form is drawn and compressed once for each place and look and then kept; only its submission id differs. That is what
makes a scan cheap (see compress.py).
"""

from __future__ import annotations

import uuid
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

from flask import Response, request
from werkzeug.datastructures import MultiDict

from gonzhi_code.areas import County
from gonzhi_code.forms import FormSpec, Option
from gonzhi_code.scene import Scene
from gonzhi_code.scenes import all_scenes
from gonzhi_code.words import Words, in_language

from . import csp
from .compress import Frozen, accepted
from .drawing import Drawing, Errors
from .errors import CODE_SENTENCES
from .finished import Finished
from .look import Look
from .pages import NO_CACHE, draw, respond

SCRIPTS = ("form",)
# One kept page takes about 60 kB; this bounds them to some 30 MB a process.
KEPT_PAGES = 500
PERMISSIONS = "geolocation=(self), camera=(), microphone=(), payment=()"
_ID_HERE = "SUBMISSION-ID-GOES-HERE"
_TAIL_LETTERS = 5
TO_MEND = Words("要改：", "To mend: ")


@dataclass(frozen=True, slots=True)
class Landing:
    """Where the citizen came in: what the page must say about the code and its place.

    Args:
        scene: whose form it is.
        code_state: word of the hub for the code (``good``, ``none``, ``malformed`` ...).
        place_name: where the poster should hang, ``""`` where no code said so.
        subject_name: the school, site or project of the spot, filled into the scene's ``subject`` question.
        subject_id: its number in the owner's registry, filled into the question of the same name with ``_id``.
        token: the code's letters.
        place_in_doubt: the poster may hang elsewhere by now, so the place is asked openly.
        measured: the position of the poster is known, so a phone may say how far away it is.
    """

    scene: Scene
    code_state: str = "none"
    place_name: str = ""
    subject_name: str = ""
    subject_id: str = ""
    token: str = ""
    place_in_doubt: bool = False
    measured: bool = False

    @property
    def key(self) -> tuple[object, ...]:
        """Two landings with the same key get the same blank form."""
        place = (self.place_name, self.subject_name, self.subject_id)
        return (self.scene.key, self.code_state, self.token, self.place_in_doubt, self.measured, *place)


def township_options(county: County) -> tuple[Option, ...]:
    """The townships of the county as choices."""
    return tuple(Option(one.id, Words(one.name, one.name_en or one.name)) for one in county.townships.values())


def _place_options(form: FormSpec, county: County, villages: Sequence[Option]) -> dict[str, Sequence[Option]]:
    known = {"township": township_options(county), "village": tuple(villages)}
    fields = [one for section in form.sections for one in section.fields]
    return {one.name: known[one.widget] for one in fields if one.widget in known}


def _prefilled(landing: Landing) -> dict[str, str]:
    """What the spot says of its subject, by question."""
    name = landing.scene.subject
    known = {name: landing.subject_name, name.removesuffix("_name") + "_id": landing.subject_id} if name else {}
    return {question: value for question, value in known.items() if value}


def draw_form(
    county: County,
    landing: Landing,
    look: Look,
    submission_id: str,
    *,
    typed: MultiDict[str, str] | None = None,
    errors: Errors | None = None,
    villages: Sequence[Option] = (),
    more_rows: str = "",
    begun: bool | None = None,
) -> str:
    """The HTML of the form.

    Args:
        county: gives the townships.
        landing: scene, place and state of the code.
        look: language and size.
        submission_id: stands hidden at the end of the page.
        typed: what was posted, when the form comes back.
        errors: what is wrong with it, by field.
        villages: the villages that a typed name may mean, offered as choices.
        more_rows: name of the rows that are to grow by one.
        begun: whether it was counted that this form was begun; None where that follows from what was typed.
    """
    scene = landing.scene
    drawing = Drawing(
        scene.form, look.lang, typed, errors,
        options=_place_options(scene.form, county, villages), prefilled=_prefilled(landing), more_rows=more_rows,
    )  # fmt: skip
    mistakes = drawing.mistakes()
    heading = in_language(scene.title, look.lang)
    return draw(
        "public/form.html",
        look,
        county,
        scripts=SCRIPTS,
        query={"scene": scene.key},
        band=scene.key,
        title=(_say(TO_MEND, look) if mistakes else "") + heading,
        heading=heading,
        summary=_say(scene.summary, look),
        warning=_say(scene.warning, look),
        purpose=_say(scene.purpose, look),
        code_sentence=_say(CODE_SENTENCES.get(landing.code_state), look),
        place_name=landing.place_name,
        token_tail=landing.token.strip().upper()[-_TAIL_LETTERS:],
        measured=landing.measured,
        typed=typed is not None,
        begun=typed is not None if begun is None else begun,
        poster_misplaced=typed is not None and typed.get("poster_misplaced") == "yes",
        place=drawing.place,
        place_open=any(view.errors or view.values for view in drawing.place) or landing.place_in_doubt,
        sections=drawing.sections,
        has_rows=any(view.rows for section in drawing.sections for view in section.fields),
        mistakes=mistakes,
        other_scenes=[one for one in all_scenes() if one.key != scene.key],
        submission_id=submission_id,
    )


def _say(words: Words | None, look: Look) -> str:
    return in_language(words, look.lang) if words else ""


class BlankForms:
    """Blank forms, drawn once for each landing and look, the least used ones forgotten.

    Args:
        county: gives the townships.
        secure: citizens come by TLS.
        most: how many are kept.
    """

    def __init__(self, county: County, *, secure: bool, most: int = KEPT_PAGES) -> None:
        self._county, self._most = county, most
        self._kept: OrderedDict[tuple[Any, ...], tuple[Frozen, bytes]] = OrderedDict()
        self._lock = Lock()
        always = (
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Security-Policy", csp.policy("public", SCRIPTS)),
            ("Cache-Control", NO_CACHE),
            ("Vary", "Accept-Encoding, Cookie"),
        )
        # Where the poster's position is known, the page may ask the browser for its own when the citizen taps.
        rest = csp.headers_of(secure)
        near = tuple((name, PERMISSIONS if name == "Permissions-Policy" else value) for name, value in rest)
        encodings = {"": (), "br": (("Content-Encoding", "br"),), "gzip": (("Content-Encoding", "gzip"),)}
        self._headers = {
            (name, measured): (*always, *(near if measured else rest), *more)
            for name, more in encodings.items()
            for measured in (False, True)
        }

    def __len__(self) -> int:
        return len(self._kept)

    def answer(self, landing: Landing, look: Look) -> Response:
        """The blank form with a fresh submission id."""
        key = (landing.key, look)
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
        if kept is None:
            kept = self._draw(landing, look)
            with self._lock:
                self._kept[key] = kept
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
        frozen, ending = kept
        encoding = accepted(request)
        body = frozen.finish(str(uuid.uuid4()).encode("ascii") + ending, encoding)
        return Finished(body, self._headers[encoding, landing.measured])

    def _draw(self, landing: Landing, look: Look) -> tuple[Frozen, bytes]:
        html = draw_form(self._county, landing, look, _ID_HERE)
        beginning, _, ending = html.rpartition(_ID_HERE)
        return Frozen(beginning.encode()), ending.encode()


def answer_form(county: County, landing: Landing, look: Look, submission_id: str, status: int, **drawn: Any) -> Response:
    """The form with what was typed in it, as after mistakes. ``drawn`` goes to :func:`draw_form`."""
    html = draw_form(county, landing, look, submission_id, **drawn)
    answer = respond(html, status, scripts=SCRIPTS)
    if landing.measured:
        answer.headers["Permissions-Policy"] = PERMISSIONS
    return answer
