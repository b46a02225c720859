"""The pages of the registry, all of them: posters, keys, batches, old codes."""

from __future__ import annotations

from flask import Blueprint

from service.hub.context import Hub

from . import alias_pages, batch_pages, key_pages, poster_pages, posting, revocation_page


def blueprints(hub: Hub) -> tuple[Blueprint, ...]:
    """Their routes."""
    rooms = (posting, poster_pages, key_pages, alias_pages, batch_pages, revocation_page)
    return tuple(room.blueprint(hub) for room in rooms)
