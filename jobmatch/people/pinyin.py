"""Names as they sound: full pinyin and initials, for staff who type ``zs`` or ``zhangsan``.

Surnames have readings of their own (曾 is zeng as a name and ceng in a word), so the first character, or the first
two of a double surname, is looked up in a table before the general reading is taken.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

PINYIN_LENGTH = 120
INITIALS_LENGTH = 20

SURNAMES = {
    **{"曾": "zeng", "单": "shan", "解": "xie", "仇": "qiu", "查": "zha", "区": "ou", "盖": "ge", "朴": "piao"},
    **{"翟": "zhai", "缪": "miao", "乐": "yue", "覃": "qin", "员": "yun", "折": "she", "种": "chong", "秘": "bi"},
    **{"繁": "po", "召": "shao", "洗": "xian", "郇": "xun", "隗": "wei", "阚": "kan", "薄": "bo", "卜": "bu"},
    **{"佴": "nai", "都": "du", "祭": "zhai", "句": "gou", "俟": "qi"},
}
DOUBLE_SURNAMES = {
    "尉迟": ("yu", "chi"),
    "单于": ("chan", "yu"),
    "长孙": ("zhang", "sun"),
    "万俟": ("mo", "qi"),
    "澹台": ("tan", "tai"),
    "宰父": ("zai", "fu"),
    "令狐": ("ling", "hu"),
}


@lru_cache(maxsize=20_000)
def _sound(character: str) -> str:
    """The usual reading of one character in plain letters; a letter or digit stands for itself, others for nothing."""
    if character.isascii():
        return character if character.isalnum() else ""
    # The readings take a third of a second to load, so a process that never reads a name does without them.
    from pypinyin import Style, pinyin

    read = pinyin(character, style=Style.NORMAL, errors="ignore")
    return re.sub(r"[^a-z]", "", read[0][0].replace("ü", "v")) if read else ""


def syllables(name: str) -> list[str]:
    """The sounds of ``name``, one for each Chinese character; a run of letters is one."""
    plain = unicodedata.normalize("NFKC", name).lower()
    found = list(DOUBLE_SURNAMES.get(plain[:2], ()))
    rest = plain[len(found) :]
    if not found and rest[:1] in SURNAMES:
        found.append(SURNAMES[rest[0]])
        rest = rest[1:]
    for part in re.findall(r"[a-z0-9]+|[^\x00-\x7f]", rest):
        sound = part if part.isascii() else _sound(part)
        if sound:
            found.append(sound)
    return found


def name_pinyin(name: str) -> tuple[str, str]:
    """Full pinyin without blanks and the initials: 张三 gives ``("zhangsan", "zs")``."""
    found = syllables(name)
    return "".join(found)[:PINYIN_LENGTH], "".join(one[0] for one in found)[:INITIALS_LENGTH]
