"""One running service for the browser tests that only look at pages or file cases of their own."""

import json

import pytest

from tests.parts.services import running_service


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """The service as it really runs, shared by the tests of one file."""
    with running_service(tmp_path_factory.mktemp("service") / "var") as running:
        yield running


@pytest.fixture(scope="module")
def codes(service):
    """Scene key -> address of the demo's code."""
    return {code["scene_key"]: code["url"] for code in json.loads(service.command("codes", "--json"))}


class Phone:
    """A page on a small screen that remembers what its console complained about."""

    def __init__(self, context):
        self.context = context
        self.page = context.new_page()
        self.complaints = []
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note(self, message):
        # A browser logs every 4xx page that it shows; those are expected here.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)


@pytest.fixture
def phone(browser):
    """Opens phones; afterwards none of them may have complained."""
    opened = []

    def ring(width=360, **more):
        context = browser.new_context(viewport={"width": width, "height": 740}, locale="zh-CN", **more)
        opened.append(Phone(context))
        return opened[-1].page

    yield ring
    complaints = [text for one in opened for text in one.complaints]
    for one in opened:
        one.context.close()
    assert complaints == []
