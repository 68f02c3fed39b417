"""Names that people type: one form for equal names, and none that only look like another one."""

from __future__ import annotations

import re
import unicodedata

from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import gettext as _

_BRACKETS = re.compile(r"(?<=[\u4e00-\u9fff])\(([^()]*)\)")
_LOOKALIKES = ("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")


def clean_name(value: str, *, field: str = "name", longest: int = 60) -> str:
    """The name in NFKC without outer spaces; brackets behind a Chinese character stay the wide ones of Chinese print.

    Raises ``Invalid`` on ``field`` for an empty or overlong name, for control characters, and for letters that only
    imitate Latin ones.
    """
    name = _BRACKETS.sub(r"（\1）", " ".join(unicodedata.normalize("NFKC", value).split()))
    if not name:
        raise Invalid(fields={field: _("请填写名称")})
    if len(name) > longest:
        raise Invalid(fields={field: _("名称最多 %(n)s 个字", n=longest)})
    for character in name:
        if unicodedata.category(character)[0] == "C" or unicodedata.name(character, "").startswith(_LOOKALIKES):
            raise Invalid(fields={field: _("名称里有不能用的字符，请只用汉字、字母和数字")})
    return name
