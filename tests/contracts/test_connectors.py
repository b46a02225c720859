"""Every connector keeps the same promises; the webhook is driven against a real local HTTP server."""

import base64
import io
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from service.connectors import CONNECTOR_NAMES, DeliveryFailed, Message, cloud_event, make_connector
from service.connectors.console import ConsoleConnector
from service.connectors.webhook import BadWebhook, WebhookConnector, sign, verify

SECRET = b"a webhook secret of more than 24"
MESSAGE = Message(
    id="m-1",
    topic="case.assigned",
    subject="K7DM-4QXA",
    at="2026-11-23T08:00:00Z",
    source="/hub/331081",
    data={"case_no": "K7DM-4QXA", "lead": "新河镇社会发展服务办公室"},
)


class Hub:
    """A real HTTP server that keeps what it gets and answers what it is told to."""

    def __init__(self):
        self.requests, self.answers = [], []
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                hub.requests.append(({k.lower(): v for k, v in self.headers.items()}, body))
                status, headers = hub.answers.pop(0) if hub.answers else (204, {})
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/in"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()


@pytest.fixture
def hub():
    hub = Hub()
    yield hub
    hub.server.shutdown()
    hub.server.server_close()


class Way:
    """One connector under test: how to make it, what arrived, and how to break it."""

    def __init__(self, name, hub):
        self.name, self.hub, self.stream = name, hub, io.StringIO()
        self.connector = make_connector(name, webhook_url=hub.url, webhook_secret=SECRET)
        if name == "console":
            self.connector = ConsoleConnector(self.stream)

    def arrived(self):
        if self.name == "console":
            return [json.loads(line) for line in self.stream.getvalue().splitlines()]
        return [json.loads(body) for _, body in self.hub.requests]

    def break_it(self):
        if self.name == "console":
            self.stream.close()
        else:
            self.hub.answers.append((503, {}))


@pytest.fixture(params=CONNECTOR_NAMES)
def way(request, hub):
    way = Way(request.param, hub)
    yield way
    way.connector.close()


def test_a_connector_has_its_own_name(way):
    assert way.connector.name == way.name


def test_what_is_delivered_arrives_whole_as_a_cloud_event(way):
    way.connector.deliver(MESSAGE)
    assert way.arrived() == [cloud_event(MESSAGE)]
    event = way.arrived()[0]
    assert {"specversion", "id", "source", "type"} <= event.keys()
    assert event["type"] == "cn.gonzhi.case.assigned" and event["data"]["lead"] == "新河镇社会发展服务办公室"


def test_a_repeat_carries_the_same_id(way):
    way.connector.deliver(MESSAGE)
    way.connector.deliver(MESSAGE)
    assert [event["id"] for event in way.arrived()] == ["m-1", "m-1"]


def test_what_does_not_arrive_is_said_with_a_reason(way):
    way.break_it()
    with pytest.raises(DeliveryFailed) as caught:
        way.connector.deliver(MESSAGE)
    assert caught.value.reason


def test_the_signature_is_that_of_the_published_example():
    # The example of the Standard Webhooks reference libraries.
    body = b'{"test": 2432232314}'
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    given = sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert given == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_receiver_can_verify_and_notices_every_change(hub):
    WebhookConnector(hub.url, SECRET).deliver(MESSAGE)
    headers, body = hub.requests[0]
    args = (SECRET, headers["webhook-id"], headers["webhook-timestamp"], headers["webhook-signature"])
    now = int(time.time())
    verify(*args, body, now=now)
    assert headers["content-type"] == "application/cloudevents+json; charset=utf-8"
    assert headers["idempotency-key"] == headers["webhook-id"] == "m-1"
    with pytest.raises(BadWebhook):
        verify(*args, body + b" ", now=now)
    with pytest.raises(BadWebhook):
        verify(b"another secret of more than 24!", *args[1:], body, now=now)
    with pytest.raises(BadWebhook):
        verify(*args, body, now=now + 301)
    with pytest.raises(BadWebhook):
        verify(SECRET, args[1], "soon", args[3], body, now=now)


def test_several_signatures_are_taken_while_a_secret_is_changed():
    good = sign(SECRET, "m", 1000, b"{}")
    verify(SECRET, "m", "1000", f"v1,AAAA v2,x {good}", b"{}", now=1000)


@pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 500])
def test_only_an_answer_of_2xx_counts_and_redirects_are_not_followed(hub, status):
    hub.answers.append((status, {"location": hub.url}))
    with pytest.raises(DeliveryFailed, match=str(status)):
        WebhookConnector(hub.url, SECRET).deliver(MESSAGE)
    assert len(hub.requests) == 1


@pytest.mark.parametrize(("said", "seconds"), [("7", 7), ("86400", 3600), ("soon", 0), ("", 0)])
def test_a_wait_the_other_side_asks_for_is_kept_within_an_hour(hub, said, seconds):
    hub.answers.append((429, {"retry-after": said}))
    with pytest.raises(DeliveryFailed) as caught:
        WebhookConnector(hub.url, SECRET).deliver(MESSAGE)
    assert caught.value.retry_after == seconds


def test_a_hub_that_is_not_there_is_a_failed_delivery(hub):
    hub.server.shutdown()
    hub.server.server_close()
    with pytest.raises(DeliveryFailed, match="no answer"):
        WebhookConnector(hub.url, SECRET).deliver(MESSAGE)
