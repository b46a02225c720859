"""Readiness: yes only where the work can be done, and late messages are said."""

import datetime as dt
from dataclasses import replace

from service.hub.health import LATE_SECONDS, readiness
from service.hub.intake import submit
from service.store import Store

from .conftest import sample


def test_a_hub_with_its_tables_and_an_empty_outbox_is_ready(hub):
    assert readiness(hub) == {
        "ready": True,
        "database": "ok",
        "outbox_age_seconds": 0.0,
        "outbox_late": False,
        "outbox_failed": 0,
        "sms_stopped": False,
        "calendar_until": "2026-12-31",
        "calendar_short": True,
    }


def test_the_calendar_is_short_when_the_last_published_year_ends_within_90_days(hub, clock):
    clock.now = dt.datetime(2026, 10, 2, 4, tzinfo=dt.UTC)
    assert readiness(hub)["calendar_short"] is False
    clock.move(days=1)
    assert readiness(hub)["calendar_short"] is True


def test_a_message_that_waits_too_long_is_an_alarm(hub, clock):
    submit(
        hub, token_text=None, scene_key="general", form=sample("general"), submission_id="sub-0001", address="10.0.0.1", language="zh"
    )
    clock.move(seconds=LATE_SECONDS + 1)
    state = readiness(hub)
    assert state["ready"] and state["outbox_late"] and state["outbox_age_seconds"] == LATE_SECONDS + 1


def test_a_database_without_tables_is_not_ready(hub, empty_database_url):
    bare = Store.open(empty_database_url.replace("gonzhi.sqlite", "bare.sqlite"))
    assert readiness(replace(hub, store=bare))["database"] == "not_migrated"
    bare.close()


def test_a_database_that_is_not_there_is_not_ready(hub):
    gone = Store.open("postgresql://nobody@127.0.0.1:1/nothing")
    assert readiness(replace(hub, store=gone))["database"] == "unreachable"
