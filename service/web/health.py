"""Whether the service lives (/healthz) and can do its work (/readyz), as JSON for watchdogs."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from service.hub.context import Hub
from service.hub.health import readiness

from .pages import NO_STORE


def blueprint(hub: Hub) -> Blueprint:
    """The two routes."""
    routes = Blueprint("health", __name__)

    @routes.get("/healthz")
    def alive() -> Response:
        answer = jsonify(alive=True)
        answer.headers["Cache-Control"] = NO_STORE
        return answer

    @routes.get("/readyz")
    def ready() -> Response:
        state = readiness(hub)
        answer = jsonify(state)
        answer.status_code = 200 if state["ready"] else 503
        answer.headers["Cache-Control"] = NO_STORE
        return answer

    return routes
