"""The pages of the registry, all of them: posters, keys, batches, old codes."""

from __future__ import annotations

from flask import Blueprint

from service.hub.context import Hub

from . import alias_pages, key_pages, poster_pages, posting


def blueprints(hub: Hub) -> tuple[Blueprint, ...]:
    """Their routes."""
    return posting.blueprint(hub), poster_pages.blueprint(hub), key_pages.blueprint(hub), alias_pages.blueprint(hub)
