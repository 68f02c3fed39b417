"""Regular expressions that staff type: compiled, and tried in a process of their own that can be stopped.

A bad expression can run for hours on a short text, and Python cannot interrupt it within a process.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from itertools import pairwise

from jobmatch.core.i18n import gettext as _

MAX_LENGTH = 6000
SECONDS = 1.0
SAMPLE_LENGTH = 1500

_PROGRAM = """
import json, re, sys
pattern, texts = json.load(sys.stdin)
found = [[m.group() for m in re.finditer(pattern, text) if m.groupdict().get("ok") is None][:20] for text in texts]
json.dump(found, sys.stdout)
"""


def _compile(pattern: str) -> re.Pattern[str]:
    if not pattern.strip():
        raise ValueError(_("请填写要找的字词或表达式"))
    if len(pattern) > MAX_LENGTH:
        raise ValueError(_("表达式太长，最多 %(n)s 个字符", n=MAX_LENGTH))
    try:
        compiled = re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        raise ValueError(_("表达式写得不完整，请检查括号和方括号")) from None
    if compiled.search(""):
        raise ValueError(_("这个表达式什么都能匹配，请写得具体一些"))
    return compiled


def _run(pattern: str, texts: list[str]) -> list[list[str]]:
    """The matches in each text. Raises ``ValueError`` where they take longer than the time budget."""
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter with a fixed program; the pattern is data
            [sys.executable, "-I", "-S", "-c", _PROGRAM],
            input=json.dumps([pattern, texts]),
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=True,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        raise ValueError(_("这个表达式查得太慢，请少用嵌套的 * 和 +")) from None
    found: list[list[str]] = json.loads(done.stdout)
    return found


def _samples(pattern: str) -> list[str]:
    """Texts on which a careless expression runs away: each sign of the pattern, and each pair, many times over."""
    signs = [sign for sign in dict.fromkeys(pattern + "1a 男") if sign.isalnum() or sign == " "][:24]
    pairs = [first + second for first, second in pairwise(signs)]
    return [(part * SAMPLE_LENGTH)[:SAMPLE_LENGTH] + "!" for part in [*signs, *pairs]]


def check_pattern(pattern: str) -> None:
    """Raise ``ValueError`` with words for its author where ``pattern`` is broken, too wide or slow."""
    _compile(pattern)
    _run(pattern, _samples(pattern))


def try_pattern(pattern: str, text: str) -> list[str]:
    """What ``pattern`` finds in ``text`` (its first 2000 signs). Raises ``ValueError`` like ``check_pattern``."""
    _compile(pattern)
    return _run(pattern, [text[:2000]])[0]
