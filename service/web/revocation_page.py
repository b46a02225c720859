"""Where the signed list of revoked codes is fetched: ``/codes/revocations``, cacheable, asked for by its ETag."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request

from service.hub.context import Hub
from service.hub.publishing import published_list

KEPT_SECONDS = 3600


def blueprint(hub: Hub) -> Blueprint:
    """The route of the list."""
    routes = Blueprint("revocations", __name__)

    @routes.get("/codes/revocations")
    def listed() -> Response:
        found = published_list(hub)
        if found is None:
            abort(404)
        answer = Response(found.body, content_type="application/octet-stream")
        answer.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
        answer.headers["X-List-Number"] = str(found.number)
        answer.set_etag(found.etag)
        answer.make_conditional(request)
        return answer

    return routes
