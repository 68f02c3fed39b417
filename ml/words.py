"""Text to words: one way of cleaning and cutting for coding, extraction, search and ranking."""

import re
import unicodedata
from functools import lru_cache
from itertools import groupby
from threading import Lock
from typing import Any

from ml.tables import simplified_letters, skills, stop_words

_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[0-9a-z\u3400-\u9fff]")
# Half of a pair cannot be encoded, and the cutter takes only what can.
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
_lock = Lock()
_cutters: dict[str, Any] = {}


def normalise(text: str) -> str:
    """NFKC (full width to half width), lower case, simplified characters, white space to one space, ends trimmed."""
    plain = unicodedata.normalize("NFKC", text).lower().translate(simplified_letters())
    return _SPACE.sub(" ", _LONE_SURROGATE.sub("?", plain)).strip()


def plain_letters(text: str) -> tuple[str, list[int]]:
    """Text in the same clean form, white space untouched, and for each of its characters the place it came from.

    Characters are cleaned one by one, so that every place in the clean text leads back to one place in the given text.
    """
    pieces = [_plain_letter(letter) for letter in text]
    return "".join(pieces), [place for place, piece in enumerate(pieces) for _ in piece]


@lru_cache(maxsize=20_000)
def _plain_letter(letter: str) -> str:
    return _LONE_SURROGATE.sub("?", unicodedata.normalize("NFKC", letter).lower().translate(simplified_letters()))


def _cutter(kind: str) -> Any:
    # A cutter is finished before others can see it and never changed afterwards: adding a word to a rjieba cutter
    # while another thread cuts fails with "Already borrowed".
    cutter = _cutters.get(kind)
    if cutter is None:
        with _lock:
            cutter = _cutters.get(kind)
            if cutter is None:
                import rjieba

                cutter = rjieba.Jieba()
                if kind == "trade":
                    for word in _trade_words():
                        cutter.add_word(word, cutter.suggest_freq(word), "n")
                _cutters[kind] = cutter
    return cutter


def _trade_words() -> list[str]:
    names = {normalise(name) for skill in skills() for name in (skill.name, *skill.aliases)}
    return sorted(name for name in names if 1 < len(name) <= 4)


def cut(text: str) -> list[str]:
    """Dictionary words of normalised text, in order and without loss; unknown words fall into single characters."""
    return _cutter("plain").cut(text, False)


@lru_cache(maxsize=200_000)
def _keep(word: str) -> bool:
    return word not in stop_words() and _WORD.search(word) is not None


def tokens(text: str) -> list[str]:
    """Search words of any text: dictionary words with their parts, and character pairs where no word is known.

    Stop words and punctuation are left out. Safe to call from many threads.
    """
    found: list[str] = []
    words = _cutter("trade").cut_for_search(normalise(text), False)
    for single, run in groupby(words, key=lambda word: len(word) == 1 and "\u3400" <= word <= "\u9fff"):
        if not single:
            found.extend(word for word in run if _keep(word))
            continue
        letters = "".join(run)
        if len(letters) == 1:
            if _keep(letters):
                found.append(letters)
        else:
            found.extend(letters[i : i + 2] for i in range(len(letters) - 1) if letters[i : i + 2] not in stop_words())
    return found
