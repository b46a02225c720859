"""The notice on personal data (Personal Information Protection Law, Article 17)."""

from __future__ import annotations

from flask import Blueprint, Response

from service.hub.context import Hub

from .pages import page


def blueprint(hub: Hub) -> Blueprint:
    """The route of the notice."""
    routes = Blueprint("privacy", __name__)

    @routes.get("/privacy")
    def notice() -> Response:
        return page("public/privacy.html", hub.county, keeps=hub.settings.keeps)

    return routes
