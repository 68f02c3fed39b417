"""Names with one typing error: a swap, a sound-alike, a missing or a doubled character, or one wrong Latin letter.

A Chinese character more or less is often another word (安全检查, 安全检测), so the kind of error counts, not only the
distance: what an input method produces is forgiven, a different word is not.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from operator import add

from rapidfuzz.distance import OSA

from ml.extraction_forms import Meaning, forms
from ml.tables import homophones

_LEAST = 4
_LEAST_LATIN = 5
_LATIN = re.compile(r"(?<![a-z0-9])[a-z]{4,}(?![a-z])")
# Characters that look alike and are mistaken when writing with shapes or reading from pictures.
_LOOK_ALIKE = frozenset(
    frozenset(pair)
    for pair in ("己已", "末未", "拆折", "土士", "己己", "人入", "天夫", "叉又", "熔溶", "挖控", "焊悍", "检捡", "辆俩")
)
# Another character in one of these places is another thing, however alike it sounds.
_TELLING = frozenset("一二三四五六七八九十初中高低大小有无男女正副上下内外前后左右东西南北")
# At the end of a name these make a place of it: 心理咨询室.
_PLACES = frozenset("室厅所市院")


# A half of forms to the letters next to it in the other half, and to the forms with their meaning.
_Halves = dict[str, dict[str, list[tuple[str, Meaning]]]]


@lru_cache(maxsize=1)
def _halves() -> tuple[_Halves, _Halves, dict[str, tuple[int, ...]]]:
    """Left halves, right halves, and for two characters the lengths of the halves that begin with them.

    One error leaves one half of a form untouched, or swaps the two characters between the halves.
    """
    left_halves: _Halves = {}
    right_halves: _Halves = {}
    for form, meaning in forms().items():
        if len(form) < _LEAST or not all("一" <= letter <= "鿿" for letter in form):
            continue
        half = len(form) // 2
        left, right = form[:half], form[half:]
        for letter in set(right[:2]):
            left_halves.setdefault(left, {}).setdefault(letter, []).append((form, meaning))
        for letter in set(left[-2:]):
            right_halves.setdefault(right, {}).setdefault(letter, []).append((form, meaning))
        left_halves.setdefault(left[:-1] + right[0], {}).setdefault(left[-1], []).append((form, meaning))
    sizes: dict[str, set[int]] = {}
    for piece in (*left_halves, *right_halves):
        sizes.setdefault(piece[:2], set()).add(len(piece))
    return left_halves, right_halves, {pair: tuple(sorted(known)) for pair, known in sizes.items()}


def misspelt(text: str) -> Iterator[tuple[str, int, int]]:
    """Forms that clean text holds with one error, each with its place.

    Word edges and exact names nearby are left to the caller.
    """
    left_halves, right_halves, sizes = _halves()
    for place, pair in enumerate(map(add, text, text[1:])):
        for size in sizes.get(pair, ()):
            end = place + size
            if end > len(text):
                continue
            piece = text[place:end]
            for form, meaning in _near(left_halves.get(piece), text[end : end + 3]):
                stops = (place + len(form) + more for more in (0, -1, 1))
                found = next(
                    (stop for stop in stops if stop <= len(text) and _is_slip(form, text[place:stop], meaning.kind)), 0
                )
                if found:
                    yield form, place, found
            for form, meaning in _near(right_halves.get(piece), text[max(0, place - 3) : place]):
                begins = (end - len(form) + more for more in (0, 1, -1))
                begin = next((at for at in begins if at >= 0 and _is_slip(form, text[at:end], meaning.kind)), -1)
                if begin >= 0:
                    yield form, begin, end
    for match in _LATIN.finditer(text):
        meant = _latin(match.group())
        if meant:
            yield meant, *match.span()


def _near(forms_by_letter: dict[str, list[tuple[str, Meaning]]] | None, window: str) -> Iterator[tuple[str, Meaning]]:
    if forms_by_letter:
        for letter in window:
            yield from forms_by_letter.get(letter, ())


def _is_slip(form: str, written: str, kind: str) -> bool:
    """Whether `written` is `form` with one error of the forgiven kinds."""
    if written == form or OSA.distance(form, written, score_cutoff=1) > 1 or written in forms():
        return False
    at = next((i for i, pair in enumerate(zip(form, written, strict=False)) if pair[0] != pair[1]), len(written))
    if len(written) < len(form):
        # A skill that lacks a character is another skill: 数据库管理, 数据管理. The name of a paper stays its name.
        return kind == "certificate" and len(form) > _LEAST and 0 < at < len(form) - 1 and form[at] not in _TELLING
    if len(written) > len(form):
        extra = written[at] if at < len(written) else ""
        return 0 < at < len(written) - 1 and (extra in (written[at - 1], " "))
    if form[at + 1 :] != written[at + 1 :]:
        return kind == "certificate" or len(form) > _LEAST
    meant, typed = form[at], written[at]
    return (
        meant not in _TELLING
        and typed not in _PLACES
        and (typed in homophones().get(meant, ()) or frozenset((meant, typed)) in _LOOK_ALIKE)
    )


@lru_cache(maxsize=1)
def _latin_forms() -> tuple[str, ...]:
    return tuple(form for form in forms() if len(form) >= _LEAST_LATIN and form.isascii() and form.isalpha())


@lru_cache(maxsize=20_000)
def _latin(word: str) -> str | None:
    """The Latin form that `word` misspells: same first letter, one error that is not a mere ending."""
    if word in forms():
        return None
    for form in _latin_forms():
        if form[0] == word[0] and OSA.distance(form, word, score_cutoff=1) <= 1:
            is_ending = form.startswith(word) or (word.startswith(form) and word != form + form[-1])
            return None if is_ending else form
    return None
