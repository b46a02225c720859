"""Wiring: settings in, a Flask application out. Nothing is decided here."""

from __future__ import annotations

from flask import Flask, Response, request
from werkzeug.middleware.proxy_fix import ProxyFix

from service.api import sms
from service.hub.context import Clock, Hub, build_hub
from service.settings import Settings
from service.web import (
    account_pages,
    audit_page,
    auth,
    board,
    case_page,
    compress,
    csp,
    desk,
    desk_case,
    desk_sheet,
    desk_ways,
    errors,
    health,
    look,
    posting,
    privacy,
    receipt,
    registry_pages,
    scan,
    start,
    submit,
    track,
    undelivered,
    user_pages,
)
from service.web.finished import Finished
from service.web.form_page import BlankForms
from service.web.plain_forms import FormRequest
from service.web.scanned_text import ScannedText

TEMPLATES = "../templates"


def create_app(settings: Settings, *, clock: Clock | None = None, hub: Hub | None = None) -> Flask:
    """The web application.

    Args:
        settings: see settings.py.
        clock: another source of time, for tests.
        hub: a hub that is open already; otherwise one is opened from the settings.
    """
    hub = hub or build_hub(settings, clock)
    # No folder is served: style and scripts stand inside the pages.
    app = Flask("service", template_folder=TEMPLATES, static_folder=None)
    app.request_class = FormRequest
    # What is scanned may hold two slashes in a row; it is answered, not redirected.
    app.url_map.merge_slashes = False
    app.url_map.converters["scanned"] = ScannedText
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.auto_reload = False
    app.jinja_env.globals["ways_of"] = desk_ways.ways_of
    app.extensions["gonzhi"] = hub
    blank = BlankForms(hub.county, secure=settings.secure)
    for routes in (
        # First, because what is asked of an old host is led home before the gate of the desk is asked.
        *registry_pages.blueprints(hub),
        scan.blueprint(hub, blank, posting.officer_page(hub)),
        submit.blueprint(hub),
        receipt.blueprint(hub),
        track.blueprint(hub),
        case_page.blueprint(hub),
        privacy.blueprint(hub),
        start.blueprint(hub),
        auth.blueprint(hub),
        account_pages.blueprint(hub),
        user_pages.blueprint(hub),
        audit_page.blueprint(hub),
        desk.blueprint(hub),
        board.blueprint(hub),
        desk_case.blueprint(hub),
        desk_sheet.blueprint(hub),
        health.blueprint(hub),
        sms.blueprint(hub),
        undelivered.blueprint(hub),
    ):
        app.register_blueprint(routes)
    errors.register(app, hub.county)

    @app.after_request
    def finish(response: Response) -> Response:
        if request.query_string:
            look.remember(request, response)
        if not isinstance(response, Finished):
            csp.harden(response, secure=settings.secure)
            compress.squeeze(request, response)
        return response

    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app
