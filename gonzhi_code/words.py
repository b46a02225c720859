"""Chinese wording that carries its English.

Citizens read Chinese; English stands beside it where it helps. A ``Words`` *is* its Chinese text (a ``str``), so that
every library that takes text takes it unchanged, and ``.en`` says the same in English.
"""

from __future__ import annotations


class Words(str):
    """A Chinese sentence or label with its English.

    Args:
        zh: the Chinese text; the value of the string itself.
        en: the English text; the Chinese stands in where it is left out.
    """

    en: str

    def __new__(cls, zh: str, en: str = "") -> Words:
        words = super().__new__(cls, zh)
        words.en = en or zh
        return words

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]
        return str(self), self.en

    def format(self, *args: object, **kwargs: object) -> Words:
        """Fill both languages with the same values."""
        return Words(str(self).format(*args, **kwargs), self.en.format(*args, **kwargs))


def in_language(text: str, lang: str) -> str:
    """The wording of ``text`` in ``lang`` (``"zh"`` or ``"en"``); plain strings have only one."""
    return text.en if lang == "en" and isinstance(text, Words) else str(text)
