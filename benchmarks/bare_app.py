"""The yardstick: what a bare Flask page and a bare durable intake cost on this machine.

``/hello`` is the Flask floor; ``/page`` draws a form of eight questions in Jinja; ``POST /submit`` parses a form, checks it with marshmallow and
writes three rows in one durable transaction through SQLAlchemy Core, on the same engine and with the same pragmas as the service. Nothing else:
no code to verify, no routing, no sealing, no idempotency.
"""

from __future__ import annotations

import os
import uuid

import flask
import marshmallow as ma
import sqlalchemy as sa
from marshmallow import fields as mf

from service.store import Store

PAGE = """<!doctype html><html lang=zh><meta charset=utf-8><title>{{ title }}</title><body><form method=post>
{% for key, label, hint in questions %}<fieldset><legend>{{ label }}</legend><p>{{ hint }}</p>
<label for={{ key }}>{{ label }}</label><input id={{ key }} name={{ key }} value="{{ values.get(key, '') }}"></fieldset>{% endfor %}
<input type=hidden name=submission_id value={{ submission_id }}><button>提交</button></form></body></html>"""

QUESTIONS = [(f"q{i}", f"第{i}个问题：请告诉我们情况", "写清楚时间、地点和事情经过，越具体办得越快。" * 6) for i in range(8)]


class Intake(ma.Schema):
    """Eight plain fields, as a tutorial would write them."""

    q0 = mf.String(required=True, validate=ma.validate.Length(max=500))
    q1 = mf.String(validate=ma.validate.Length(max=100))
    q2 = mf.String(validate=ma.validate.Length(max=100))
    q3 = mf.String(validate=ma.validate.OneOf(["a", "b", "c"]))
    q4 = mf.Integer(validate=ma.validate.Range(min=1, max=9999))
    q5 = mf.String(validate=ma.validate.Regexp(r"^1[3-9]\d{9}$"))
    q6 = mf.Date()
    q7 = mf.String()


metadata = sa.MetaData()
TABLES = [
    sa.Table(
        f"bare_{name}",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("number", sa.String(36), nullable=False, index=True),
        sa.Column("body", sa.JSON, nullable=False),
    )
    for name in ("case", "move", "outbox")
]


def make_tables(database_url: str) -> None:
    """The three tables, made once before the server's processes start."""
    store = Store.open(database_url)
    with store.write() as tx:
        metadata.create_all(tx)
    store.close()


def create_app() -> flask.Flask:
    """A Flask app on the database named by ``BARE_DATABASE_URL``."""
    app = flask.Flask("bare")
    store = Store.open(os.environ["BARE_DATABASE_URL"])
    schema = Intake(unknown=ma.EXCLUDE)
    template = app.jinja_env.from_string(PAGE)

    @app.get("/hello")
    def hello() -> str:
        return "hello"

    @app.get("/page")
    def page() -> str:
        return template.render(title="反映问题", questions=QUESTIONS, values={}, submission_id=uuid.uuid4().hex)

    @app.post("/submit")
    def submit() -> flask.typing.ResponseReturnValue:
        answers = schema.load(flask.request.form.to_dict())
        answers.pop("q6", None)
        number = uuid.uuid4().hex
        with store.write() as tx:
            for table in TABLES:
                tx.execute(table.insert(), {"number": number, "body": answers})
        return flask.redirect(f"/receipt/{number}", 303)

    return app
