"""Words in two languages: the message id is the Chinese text, the English catalog translates it.

It stands below the web because enum labels, notices and errors need it where no request exists.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import cache
from gettext import NullTranslations
from pathlib import Path
from typing import Any

LOCALES = ("zh", "en")
_locale: ContextVar[str] = ContextVar("jobmatch_locale", default="zh")


@cache
def _catalog(locale: str) -> NullTranslations:
    """Read the catalog from its text form, so that no compiled file has to be built or kept in step."""
    path = Path(__file__).parent.parent / "translations" / locale / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return NullTranslations()
    import io

    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po
    from babel.support import Translations

    with path.open("rb") as source:
        catalog = read_po(source, locale=locale)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Translations(compiled)


def current_locale() -> str:
    """The language of the present reader: ``zh`` or ``en``."""
    return _locale.get()


@contextmanager
def use_locale(locale: str) -> Iterator[None]:
    """Speak ``locale`` inside the block; an unknown one falls back to Chinese."""
    token = _locale.set(locale if locale in LOCALES else "zh")
    try:
        yield
    finally:
        _locale.reset(token)


def gettext(message: str, **values: Any) -> str:
    """Translate ``message`` into the reader's language and fill its ``%(name)s`` places."""
    text = _catalog(_locale.get()).gettext(message) if _locale.get() != "zh" else message
    return text % values if values else text


def ngettext(singular: str, plural: str, n: int, **values: Any) -> str:
    """Like ``gettext`` with a number; ``%(n)s`` is filled with ``n``."""
    if _locale.get() == "zh":
        text = singular if n == 1 else plural
    else:
        text = _catalog(_locale.get()).ngettext(singular, plural, n)
    return text % {"n": n, **values}


def day_words(day: date) -> str:
    """A day such as 2026 年 11 月 28 日, in the reader's language."""
    return gettext("%(year)s 年 %(month)s 月 %(day)s 日", year=day.year, month=day.month, day=day.day)


def N_(message: str) -> str:
    """Mark a text for the catalog; it is translated where it is shown."""
    return message
