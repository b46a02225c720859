"""Compression: what is sent in parts reads as one, in both formats."""

import gzip

import brotli
import pytest
from flask import Flask, Response, request
from hypothesis import given, settings
from hypothesis import strategies as st

from service.web.compress import Frozen, accepted, squeeze


@settings(max_examples=150, deadline=None)
@given(st.binary(min_size=1, max_size=3000), st.binary(min_size=1, max_size=300))
def test_beginning_and_ending_read_back_as_one_page(beginning, ending):
    frozen = Frozen(beginning)
    assert brotli.decompress(frozen.finish(ending, "br")) == beginning + ending
    assert gzip.decompress(frozen.finish(ending, "gzip")) == beginning + ending
    assert frozen.finish(ending, "") == beginning + ending


@pytest.mark.parametrize("size", [1, 2, 255, 256, 65_535])
def test_endings_of_every_length_read_back(size):
    frozen = Frozen("温岭市".encode() * 5000)
    ending = bytes(nth % 251 for nth in range(size))
    assert brotli.decompress(frozen.finish(ending, "br")).endswith(ending)
    assert gzip.decompress(frozen.finish(ending, "gzip")).endswith(ending)


@pytest.mark.parametrize(
    ("header", "encoding"),
    [("gzip, deflate, br", "br"), ("gzip", "gzip"), ("", ""), ("br;q=0, gzip", "gzip"), ("identity", ""), ("gzip;q=0", "")],
)
def test_the_browser_gets_what_it_takes(header, encoding):
    with Flask(__name__).test_request_context(headers={"Accept-Encoding": header}):
        assert accepted(request) == encoding


@pytest.mark.parametrize(
    ("body", "mimetype", "compressed"),
    [("长" * 500, "text/html", True), ("short", "text/html", False), ("x" * 5000, "application/pdf", False)],
)
def test_only_what_gains_is_compressed(body, mimetype, compressed):
    with Flask(__name__).test_request_context(headers={"Accept-Encoding": "br"}):
        response = Response(body, mimetype=mimetype)
        squeeze(request, response)
        assert (response.content_encoding == "br") == compressed
        assert response.content_length == len(response.get_data())
