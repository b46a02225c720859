"""Debian's Chromium, driven by playwright."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Error, sync_playwright

# Each switch keeps Chromium from talking to anybody, or lets it run as root in a container with little shared memory.
FLAGS = (
    "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-quic", "--no-first-run",
)
INSTALL = "no browser: sudo apt-get install -y chromium libatomic1 fonts-wqy-microhei   (or leave these tests out: --no-browser)"


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Starts the browser and closes it at the end."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.fail(INSTALL)
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else list(FLAGS)
    try:
        playwright = sync_playwright().start()
    except Error as refused:  # its bundled Node.js stops without a word where libatomic1 is missing
        pytest.fail(f"{INSTALL}\n{refused}")
    try:
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        yield browser
        browser.close()
    finally:
        playwright.stop()
