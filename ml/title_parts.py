"""Titles as people type them: the words of the trade apart from slogans, places in brackets and the employer's name."""

import re

from ml.words import normalise

MOST_CHARACTERS = 1_000
_BRACKETS = re.compile(r"[(\[【<].*?[)\]】>]")
_SLOGANS = re.compile(
    r"高薪|急聘|急招|急需|诚聘|直招|直聘|[五六七八]险[一二两]金|[五六]险|社保|公积金|双休|大小周|单休|周末"
    r"|包吃包住|包吃住|包食宿|包吃|包住|提供(?:食宿|住宿)|免费(?:宿舍|住宿|培训)|带薪(?:培训|年假)|可预支"
    r"|月入过?万?|年薪|底薪|无责|高提成|提成|日结|周结|月结|综合薪资|薪资|福利好|待遇优|朝九晚[五六]|早九晚[五六]"
    r"|不加班|不出差|不外出|不打电话|无需经验|五百强|500强|上市公司|有限公司"
    r"|\d+(?:\.\d+)?[k千万w元]?(?:[-~到至]\d+(?:\.\d+)?[k千万w]?)?元?(?:/月|每月)?\+?"
)
_BETWEEN = re.compile(r"[^0-9a-z\u3400-\u9fff.#&]+")
# What follows 招聘 is the trade, but 招聘专员 or 招聘经理 is one itself.
_EMPLOYER = re.compile(r"^.*招聘(?=[^专主经师总助实负顾官岗员兼].)")


def title_parts(text: str) -> tuple[str, list[str]]:
    """A title in normal form without brackets, and its parts that name a trade, the first one first.

    There is always at least one part, the title itself when nothing else is left.
    """
    # Half of a surrogate pair, as broken input has it, cannot be cut into words.
    whole = normalise(text[:MOST_CHARACTERS].encode("utf-8", "ignore").decode())
    whole = _or_else(_BRACKETS.sub(" ", whole), whole)
    found = _BETWEEN.split(_SLOGANS.sub(" ", _or_else(_EMPLOYER.sub("", whole), whole)))
    return whole, [part for part in found if len(part) >= 2] or [whole]


def _or_else(short: str, long: str) -> str:
    return short if len(short.strip()) >= 2 else long
