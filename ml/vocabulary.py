"""Weights of words: how often a posting says something, and how rare a word is."""

import math
import re
from collections import Counter
from functools import lru_cache
from hashlib import blake2b

from ml.documents import PostingDocument
from ml.tables import labelled_titles, occupations
from ml.words import normalise, tokens

# BM25's saturation (Robertson and Zaragoza 2009) of a word that is said or not: saying it again adds nothing, so that
# nobody gains by repeating words, and a long text takes nothing away, so that nobody gains by leaving words out. A
# posting's weights depend on nothing but the posting and are the same in every index and in both directions.
K1 = 1.2
TITLE_BOOST = 4
PAIR_MARK = "\x02"
_CHINESE = re.compile(r"[\u3400-\u9fff]+")


def term_weights(posting: PostingDocument) -> dict[str, float]:
    """Token to weight, between 0 and 1; a word of the title counts as four of the text."""
    counts = Counter(set(tokens(posting.text)))
    counts.update(dict.fromkeys(tokens(posting.title), TITLE_BOOST))
    weights = {word: count / (count + K1) for word, count in counts.items()}
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


# What the law keeps out of hiring: ethnicity, sex, belief, disability and infection (就业促进法 articles 3, 26 to 30)
# and marriage and children (妇女权益保障法 article 43). And what never ranks here: age, political status, need.
_PEOPLES = (
    "汉|蒙古?|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|高山|拉祜|水|东乡|纳西|景颇|"
    "柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|乌孜别克|俄罗斯|鄂温克|德昂|保安|裕固|京|"
    "塔塔尔|独龙|鄂伦春|赫哲|门巴|珞巴|基诺|少数民"
)
_TRAITS = re.compile(
    rf"(?:{_PEOPLES})族(?!馆)|回民|信教|宗教信仰|基督徒|教徒|(?<![妇子])[男女](?![装鞋包科式])[性士生人工的]?|已婚|未婚|已育|未育|离异|离婚|丧偶|单身|怀孕|"
    r"孕妇|宝妈|残疾人?|残障|聋哑人?|盲人|乙肝|艾滋病?|中共党员|党员|团员|民主党派|政治面貌|"
    r"[0-9]{2}(?:周?岁|后)(?:以[上下])?|大龄|年龄|低保户?|贫困户?|脱贫户?|困难户|特困|建档立卡"
)


@lru_cache(maxsize=16384)
def without_traits(words: str) -> str:
    """Typed words in clean form, without those that say who somebody is instead of what they can do or want.

    Otherwise a posting that demands such a thing would rise for whoever typed it.
    """
    return _TRAITS.sub(" ", normalise(words))


def wish_weights(words: str) -> dict[str, float]:
    """Token to weight, adding up to 1, for a person's wish. Rarity comes from the trade's own words."""
    known, unknown = _rarity()
    weights = {word: known.get(word, unknown) for word in tokens(without_traits(words))}
    total = sum(weights.values())
    return {word: weight / total for word, weight in weights.items()}


def token_hash(token: str) -> int:
    """64 bits that stand for a token in index files."""
    return int.from_bytes(blake2b(token.encode(), digest_size=8).digest(), "little")
