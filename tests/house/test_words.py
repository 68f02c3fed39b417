"""English is complete: every program word has a translation with the same placeholders."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from jobmatch.core import i18n

ROOT = Path(__file__).parents[2]
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
HAN = re.compile(r"[\u4e00-\u9fff]")
QUOTES_CHINESE = re.compile(r"for example|e\.g\.|such as|“", re.IGNORECASE)


@cache
def program_words() -> frozenset[str]:
    found: set[str] = set()
    for package in ("jobmatch", "recruiters", "training", "ml"):
        for _file, _line, message, _comments, _context in extract_from_dir(
            str(ROOT / package), method_map=METHODS, keywords=KEYWORDS
        ):
            found.add(message[0] if isinstance(message, tuple) else message)
    return frozenset(word for word in found if word)


@cache
def english() -> dict[str, tuple[str, ...]]:
    path = ROOT / "jobmatch" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as source:
        catalog = read_po(source, locale="en")
    words = {}
    for message in catalog:
        if message.id:
            key = message.id[0] if isinstance(message.id, tuple) else message.id
            words[key] = message.string if isinstance(message.string, tuple) else (message.string,)
    return words


def test_every_word_has_an_english_one() -> None:
    missing = sorted(word for word in program_words() if not all(english().get(word, ("",))))
    assert missing == [], f"{len(missing)} words; run `make words` and translate them"


def test_placeholders_are_the_same_in_both_languages() -> None:
    wrong = [
        word
        for word, translations in english().items()
        for text in translations
        if set(re.findall(r"%\(\w+\)s", word)) != set(re.findall(r"%\(\w+\)s", text))
    ]
    assert wrong == []


def test_english_is_english() -> None:
    wrong = [
        (word, text)
        for word, translations in english().items()
        for text in translations
        if HAN.search(text) and not QUOTES_CHINESE.search(text)
    ]
    assert wrong == []


@pytest.mark.parametrize("word", ["登录", "投递简历"])
def test_a_reader_of_english_gets_it(word: str) -> None:
    with i18n.use_locale("en"):
        assert not HAN.search(i18n.gettext(word))


@cache
def _terms() -> list[tuple[str, str]]:
    """Patterns that no text for readers holds, and what is written instead."""
    rows = (Path(__file__).with_name("words.tsv")).read_text(encoding="utf-8").splitlines()[1:]
    return [(pattern, instead) for pattern, instead in (row.split("\t")[:2] for row in rows)]


@pytest.mark.parametrize(("pattern", "instead"), _terms())
def test_texts_use_the_terms_of_the_trade(pattern: str, instead: str) -> None:
    found = sorted(word for word in program_words() if re.search(pattern, word))
    assert found == [], f"write {instead}"
