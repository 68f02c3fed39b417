"""Names with one typing error: a swap, a sound-alike, a missing or a doubled character, or one wrong Latin letter.

A Chinese character more or less is often another word (安全检查, 安全检测), so the kind of error counts, not only the
distance: what an input method produces is forgiven, a different word is not.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

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


@lru_cache(maxsize=1)
def _anchors() -> dict[str, list[tuple[str, int, str, Meaning]]]:
    """Two characters to (piece that begins with them, its offset in the form, form, meaning).

    One error leaves one half of a form untouched, or swaps the two characters between the halves.
    """
    found: dict[str, list[tuple[str, int, str, Meaning]]] = {}
    for form, meaning in forms().items():
        if len(form) < _LEAST or not all("一" <= letter <= "鿿" for letter in form):
            continue
        half = len(form) // 2
        swapped = form[: half - 1] + form[half] + form[half - 1]
        for piece, offset in ((form[:half], 0), (form[half:], half), (swapped, 0)):
            found.setdefault(piece[:2], []).append((piece, offset, form, meaning))
    return found


def misspelt(text: str) -> Iterator[tuple[Meaning, int, int]]:
    """Places of names with one error in clean text. Word edges and exact names nearby are left to the caller."""
    anchors = _anchors()
    for place in range(len(text) - 1):
        for piece, offset, form, meaning in anchors.get(text[place : place + 2], ()):
            if not text.startswith(piece, place):
                continue
            start = place - offset
            if offset:
                for begin in (start, start + 1, start - 1):
                    end = place + len(piece)
                    if begin >= 0 and _is_slip(form, text[begin:end]):
                        yield meaning, begin, end
                        break
            else:
                for end in (start + len(form), start + len(form) - 1, start + len(form) + 1):
                    if end <= len(text) and _is_slip(form, text[start:end]):
                        yield meaning, start, end
                        break
    for match in _LATIN.finditer(text):
        meant = _latin(match.group())
        if meant:
            yield meant, match.start(), match.end()


def _is_slip(form: str, written: str) -> bool:
    """Whether `written` is `form` with one error of the forgiven kinds."""
    if written == form or OSA.distance(form, written, score_cutoff=1) > 1 or written in forms():
        return False
    at = next((i for i, pair in enumerate(zip(form, written, strict=False)) if pair[0] != pair[1]), len(written))
    if len(written) < len(form):
        return len(form) > _LEAST and 0 < at < len(form) - 1 and form[at] not in _TELLING
    if len(written) > len(form):
        extra = written[at] if at < len(written) else ""
        return 0 < at < len(written) - 1 and (extra in (written[at - 1], " "))
    if form[at + 1 :] != written[at + 1 :]:
        return True
    meant, typed = form[at], written[at]
    return meant not in _TELLING and (typed in homophones().get(meant, ()) or frozenset((meant, typed)) in _LOOK_ALIKE)


@lru_cache(maxsize=20_000)
def _latin(word: str) -> Meaning | None:
    """The Latin name that `word` misspells: same first letter, one error that is not a mere ending."""
    for form, meaning in forms().items():
        if (
            form.isascii()
            and form.isalpha()
            and len(form) >= _LEAST_LATIN
            and form[0] == word[0]
            and word != form
            and OSA.distance(form, word, score_cutoff=1) <= 1
        ):
            longer, shorter = sorted((form, word), key=len, reverse=True)
            if not (longer.startswith(shorter) and len(longer) > len(shorter)) or word == form + form[-1]:
                return meaning
    return None
