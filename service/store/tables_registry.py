"""The tables of posters: what happened to each, the batches that made them, old codes, other issuers, and keys."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, Float, Integer, LargeBinary, String

from .columns import json, number, text
from .tables import metadata
from .types import Id, Utc

# The life of one printed poster, appended only; the last state also stands in codes.life.
poster_events = sa.Table(
    "poster_events", metadata,
    Column("id", Id, primary_key=True),
    Column("code_id", Id, sa.ForeignKey("codes.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("life", String(16), nullable=False), Column("at", Utc, nullable=False), Column("by", String(80), nullable=False),
    text("note", 400), text("photo", 120), text("place", 400),
    Column("lng_wgs84", Float), Column("lat_wgs84", Float), Column("accuracy_m", Integer),
)

batches = sa.Table(
    "batches", metadata,
    Column("id", Id, primary_key=True), Column("name", String(120), nullable=False), Column("layout", String(32), nullable=False),
    Column("made_by", String(80), nullable=False), Column("made_at", Utc, nullable=False),
    Column("state", String(16), nullable=False),  # uploaded, running, done, failed, stopped
    number("row_count"), number("bad_count"), number("done_count"), json("options", "{}"), text("folder", 200), text("last_error"),
    Column("heartbeat_at", Utc), Column("finished_at", Utc),
)

# One line of an uploaded sheet and the code it became; the pair keeps a resumed batch from minting twice.
batch_rows = sa.Table(
    "batch_rows", metadata,
    Column("batch_id", Id, sa.ForeignKey("batches.id", ondelete="CASCADE"), primary_key=True),
    Column("row_no", Integer, primary_key=True, autoincrement=False),
    json("data", "{}"), text("problem"), Column("code_id", Id, sa.ForeignKey("codes.id")), text("readback", 32),
    sqlite_with_rowid=False,
)

# Addresses of codes that departments printed before, and where each leads now.
aliases = sa.Table(
    "aliases", metadata,
    Column("id", Id, primary_key=True), Column("address", String(400), nullable=False, unique=True),
    text("owner", 100), text("scene_key", 64), text("place_id", 12), text("spot_name", 200), text("note", 400),
    Column("issuer", Integer), Column("spot_id", Integer),
    Column("added_by", String(80), nullable=False), Column("added_at", Utc, nullable=False), Column("retired_at", Utc),
)

alias_counts = sa.Table(
    "alias_counts", metadata,
    Column("day", sa.Date, primary_key=True), Column("alias_id", Id, primary_key=True, autoincrement=False), number("opened"),
    sqlite_with_rowid=False,
)

# Other agencies that mint codes themselves; number 0 is the county centre.
issuers = sa.Table(
    "issuers", metadata,
    Column("number", Integer, primary_key=True, autoincrement=False), Column("name", String(100), nullable=False),
    Column("key_id", String(16), nullable=False), Column("algorithm", String(16), nullable=False),
    Column("public_key", LargeBinary, nullable=False), Column("added_by", String(80), nullable=False),
    Column("added_at", Utc, nullable=False), Column("closed_at", Utc),
)

# What became of the keys of printed codes: issuing, retired, compromised.
code_keys = sa.Table(
    "code_keys", metadata,
    Column("key_id", String(16), primary_key=True), Column("state", String(16), nullable=False),
    Column("at", Utc, nullable=False), Column("by", String(80), nullable=False), text("note", 400),
)

# Every revocation list that was published; version only grows.
revocation_lists = sa.Table(
    "revocation_lists", metadata,
    Column("version", Integer, primary_key=True, autoincrement=False), Column("made_at", Utc, nullable=False),
    number("entries"), Column("body", LargeBinary, nullable=False),
)
