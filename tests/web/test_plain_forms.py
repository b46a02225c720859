"""A form of plain fields is read as the general reader would read it, or not at all."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from service.web.plain_forms import MOST_BYTES, PlainFormsFirst, plain_fields

MARK = b"----WebKitFormBoundaryA1b2"


def body_of(pairs, mark=MARK, end=b"--\r\n"):
    parts = [b'--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (mark, name, value) for name, value in pairs]
    return b"".join(parts) + b"--" + mark + end


def read_by(reader, body, mark=MARK):
    _, form, files = reader().parse(io.BytesIO(body), "multipart/form-data", len(body), {"boundary": mark.decode("latin-1")})
    return list(form.items(multi=True)), sorted(files)


def test_fields_are_read_in_order_with_their_repeats():
    body = body_of([(b"a", "新河镇\r\n六闸潮村".encode()), (b"b-1", b""), (b"a", b'x "y"\r\n\r\nz')])
    assert plain_fields(body, MARK) == [("a", "新河镇\r\n六闸潮村"), ("b-1", ""), ("a", 'x "y"\r\n\r\nz')]
    assert read_by(PlainFormsFirst, body) == read_by(FormDataParser, body)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--" + MARK + b"--\r\n",
        body_of([(b"a", b"1")])[:-6],
        body_of([(b"a", b"1")], end=b"--trailer"),
        b"preamble\r\n" + body_of([(b"a", b"1")]),
        body_of([(b"a", b"1")]).replace(b"\r\n", b"\n"),
        body_of([(b"a", b"1\n--" + MARK + b"\n2")]),
        body_of([(b"a", b"1")]).replace(b"\r\n\r\n", b"\r\nContent-Type: text/plain; charset=ascii\r\n\r\n"),
        body_of([(b'a"; filename="x.png', b"1")]),
        body_of([("名".encode(), b"1")]),
    ],
    ids=range(10),
)
def test_what_is_not_made_of_plain_fields_is_left_to_the_general_reader(body):
    assert plain_fields(body, MARK) is None
    try:
        expected = read_by(FormDataParser, body)
    except ValueError:
        with pytest.raises(ValueError):
            read_by(PlainFormsFirst, body)
    else:
        assert read_by(PlainFormsFirst, body) == expected


LINES = st.sampled_from([b"\r\n", b"\n", b"\r", b"--", b"--M", b"--M--", b'Content-Disposition: form-data; name="', b'"', b"a", b"; filename=", b"\xe6\xb8", b" "])


@given(st.lists(LINES, max_size=24).map(b"".join))
def test_no_body_is_read_in_two_ways(middle):
    body = b'--M\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + middle + b"\r\n--M--\r\n"
    read = plain_fields(body, b"M")
    if read is not None:
        assert (read, []) == read_by(FormDataParser, body, b"M")


def test_too_many_fields_are_refused():
    body = body_of([(b"a", b"1")] * 5)
    reader = PlainFormsFirst(max_form_parts=4)
    with pytest.raises(RequestEntityTooLarge):
        reader.parse(io.BytesIO(body), "multipart/form-data", len(body), {"boundary": MARK.decode()})


def test_a_large_body_is_not_read_into_memory_at_once():
    body = body_of([(b"a", b"x" * MOST_BYTES)])
    sizes = []

    class Noted(io.BytesIO):
        def read(self, size=-1):
            sizes.append(size)
            return super().read(size)

    reader = PlainFormsFirst(max_form_memory_size=None)
    reader.parse(Noted(body), "multipart/form-data", len(body), {"boundary": MARK.decode()})
    assert sizes and -1 not in sizes
