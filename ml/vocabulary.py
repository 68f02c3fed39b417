"""Weights of words: how often a posting says something, and how rare a word is."""

import math
import re
from collections import Counter
from functools import lru_cache
from hashlib import blake2b

from ml.documents import PostingDocument
from ml.tables import labelled_titles, occupations
from ml.words import normalise, tokens

# BM25 constants (Robertson and Zaragoza 2009). The mean length is fixed, so that a posting's weights depend on nothing
# but the posting and stay the same in every index and in both directions.
K1, B, MEAN_LENGTH = 1.2, 0.5, 120.0
TITLE_BOOST = 4
PAIR_MARK = "\x02"
_CHINESE = re.compile(r"[\u3400-\u9fff]+")


def term_weights(posting: PostingDocument) -> dict[str, float]:
    """Token to saturated frequency, between 0 and 1; a word of the title counts as four of the text."""
    counts = Counter(tokens(posting.text))
    length = counts.total()
    for word in tokens(posting.title):
        counts[word] += TITLE_BOOST
    scale = K1 * (1 - B + B * length / MEAN_LENGTH)
    weights = {word: count / (count + scale) for word, count in counts.items()}
    weights.update(dict.fromkeys(character_pairs(posting.title), 1.0))
    return weights


def character_pairs(text: str) -> list[str]:
    """Neighbouring Chinese characters, marked so that they are never taken for words.

    Cutting into words depends on the neighbours, so a title may hide a word that somebody types: 焊工 is no word of
    氩弧焊工, but its pair is one of the title's.
    """
    runs = _CHINESE.findall(normalise(text))
    return list(dict.fromkeys(f"{PAIR_MARK}{run[at : at + 2]}" for run in runs for at in range(len(run) - 1)))


@lru_cache(maxsize=1)
def _rarity() -> tuple[dict[str, float], float]:
    texts = [" ".join((row.name, *row.aliases)) for row in occupations()]
    texts += [row.title for row in labelled_titles() if row.split == "train"]
    seen = Counter(word for text in texts for word in set(tokens(text)))
    total = len(texts)
    return {word: inverse_frequency(total, count) for word, count in seen.items()}, inverse_frequency(total, 1)


def inverse_frequency(total: int, count: int) -> float:
    """BM25's weight of a word that `count` of `total` texts contain."""
    return math.log(1 + (total - count + 0.5) / (count + 0.5))


def wish_weights(words: str) -> dict[str, float]:
    """Token to weight, adding up to 1, for a person's wish. Rarity comes from the trade's own words."""
    known, unknown = _rarity()
    weights = {word: known.get(word, unknown) for word in tokens(words)}
    total = sum(weights.values())
    return {word: weight / total for word, weight in weights.items()}


def token_hash(token: str) -> int:
    """64 bits that stand for a token in index files."""
    return int.from_bytes(blake2b(token.encode(), digest_size=8).digest(), "little")
