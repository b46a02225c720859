"""A page of a finished PDF as a picture, for looking at it and for reading its code back the whole way.

Needs ``pypdfium2``, which drawing posters does not: it comes with the test extra.
"""

from __future__ import annotations

from PIL import Image

from ..errors import CannotDraw


def render_page(pdf: bytes, dpi: int = 150, page: int = 0) -> Image.Image:
    """One page of ``pdf`` (counted from 0) at ``dpi`` pixels an inch.

    Raises:
        CannotDraw: pypdfium2 is not installed.
    """
    try:
        import pypdfium2
    except ImportError:
        raise CannotDraw("pictures of posters need pypdfium2: pip install pypdfium2") from None
    document = pypdfium2.PdfDocument(pdf)
    try:
        picture: Image.Image = document[page].render(scale=dpi / 72).to_pil()
    finally:
        document.close()
    return picture
