"""The words of a rule of the legal check, as staff type them: read into one pattern and tried where it can be stopped.

A rule is either one regular expression, in which the group ``ok`` matches what is harmless, or lines:

- ``词 证件：身份证|驾驶证`` names a list of words, used as ``{证件}`` below it;
- ``放 …`` is harmless, whatever the other lines say of it;
- ``拦 …`` is found with the severity of the rule;
- ``疑 …`` is found, but only warns.

A line may use ``|``, ``(`` and ``)``, which only hold together, and the rest of regular expressions; a bracket itself
is ``\\(``. A blank stands for any blanks or none, ``…`` for up to six characters of the same clause, ``……`` for up to
twelve.

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
MAX_EXPANDED = 50_000
"""Characters of a line once its lists are written out, since lists may name lists."""
CPU_SECONDS = 1
SECONDS = 5.0
"""By the clock: a busy machine must not make an honest rule look slow."""
SAMPLE_LENGTH = 1500
SHARED = {
    "不要": "不招聘?|不要|不收|不接[收受待]|不录用?|不考虑|不聘用?|谢绝|拒绝(?!歧视)|拒[收招]|勿招?",
    "勿扰": (
        r"(?:的|者|人[士员]|同[志胞]|朋友|员工|籍|都|也){0,3}\s*[,，]?\s*(?:请|恕|一律|概|均|都|暂)?\s*(?:勿|别[来投报]|不[要招收录聘予]|"
        "不接[收受待]|不考虑|免[谈投进来]|止步|除外|请?绕[行道]|谢绝|莫)"
    ),
    "禁止": "不得|不准|不能|不可|不许|禁止|严禁|杜绝|反对|请勿",
}
"""Lists that every rule may use: how people refuse before and after a word, and how a law forbids."""

_LINE = re.compile(r"(词|放|拦|疑)\s+(.*)")
_LIST = re.compile(r"([\u4e00-\u9fff\w]{1,12})\s*[:：]\s*(.+)")
_USE = re.compile(r"\{([\u4e00-\u9fff][\u4e00-\u9fff\w]{0,11})\}")
_GROUP = re.compile(r"(?<!\\)\((?!\?)")
_WARNS = re.compile(r"warn\d+")
_SPEAKS = re.compile(r"(?:line|warn)(\d+)")
_CLAUSE = "[^,，。;；!！\\n]"

_PROGRAM = """
import json, re, resource, sys
resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
pattern, texts = json.load(sys.stdin)
found = [
    [(m.group(), m.lastgroup) for m in re.finditer(pattern, text) if m.groupdict().get("ok") is None][:20]
    for text in texts
]
json.dump(found, sys.stdout)
""".replace("CPU_SECONDS", str(CPU_SECONDS))


def has_lines(rule: str) -> bool:
    """Whether a rule is written in lines and not as one expression."""
    return any(_LINE.match(line.strip()) for line in rule.splitlines())


def rule_expression(rule: str) -> str:
    """The one regular expression that a rule stands for.

    A match of line 7 ends in the group ``line7``, or ``warn7`` where the line only warns. Raises ``ValueError`` with
    the number of a line that cannot be read.
    """
    if not has_lines(rule):
        return rule
    lists = dict(SHARED)
    harmless: list[str] = []
    speaking: list[str] = []
    for number, line in enumerate(rule.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            kind, text = _parts(line.strip())
            name, text = _named(text) if kind == "词" else ("", text)
            text = _expression(text, lists)
            _compile(text, may_be_empty=kind == "词")
        except ValueError as error:
            raise ValueError(_("第 %(n)s 行：%(error)s", n=number, error=str(error))) from None
        if kind == "词":
            lists[name] = text
        elif kind == "放":
            harmless.append(f"(?:{text})")
        else:
            speaking.append(f"(?P<{'line' if kind == '拦' else 'warn'}{number}>{text})")
    if not speaking:
        raise ValueError(_("请至少写一行以“拦”或“疑”开头的字词"))
    return "|".join(["(?i)(?P<ok>" + "|".join(harmless) + ")" if harmless else "(?i)(?!)", *speaking])


def _parts(line: str) -> tuple[str, str]:
    found = _LINE.match(line)
    if found is None:
        raise ValueError(_("每行开头要写“词”“放”“拦”或“疑”，再空一格"))
    return found.group(1), found.group(2)


def _named(text: str) -> tuple[str, str]:
    found = _LIST.fullmatch(text)
    if found is None:
        raise ValueError(_("词表要写成“词 名称：甲|乙|丙”"))
    return found.group(1), found.group(2)


def _expression(text: str, lists: dict[str, str]) -> str:
    used = _USE.findall(text)
    for name in used:
        if name not in lists:
            raise ValueError(_("上面没有词表“%(name)s”", name=name))
    if sum(len(lists[name]) for name in used) > MAX_EXPANDED:
        raise ValueError(_("表达式太长，最多 %(n)s 个字符", n=MAX_EXPANDED))
    text = _GROUP.sub("(?:", text)
    text = text.replace("……", _CLAUSE + "{0,12}").replace("…", _CLAUSE + "{0,6}").replace(" ", r"\s*")
    return _USE.sub(lambda found: f"(?:{lists[found.group(1)]})", text)


def compile_rule(rule: str) -> re.Pattern[str]:
    """The compiled pattern of a stored rule, in either form. Raises ``ValueError`` for one that cannot be read."""
    return _compile(rule_expression(rule))


def only_warns(match: re.Match[str]) -> bool:
    """Whether the line of the rule that matched only warns, whatever the severity of the rule."""
    return _WARNS.fullmatch(match.lastgroup or "") is not None


def _compile(pattern: str, *, may_be_empty: bool = False) -> re.Pattern[str]:
    if not pattern.strip():
        raise ValueError(_("请填写要找的字词或表达式"))
    try:
        compiled = re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        raise ValueError(_("表达式写得不完整，请检查括号和方括号")) from None
    if not may_be_empty and compiled.search(""):
        raise ValueError(_("这个表达式什么都能匹配，请写得具体一些"))
    return compiled


def _run(pattern: str, texts: list[str]) -> list[list[tuple[str, str | None]]]:
    """The matches in each text and their groups. Raises ``ValueError`` where they take longer than the time budget."""
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
    found: list[list[tuple[str, str | None]]] = json.loads(done.stdout)
    return found


def _samples(rule: str) -> list[str]:
    """Texts on which a careless expression runs away: each sign of the rule, and each pair, many times over."""
    signs = [sign for sign in dict.fromkeys(rule + "1a 男") if sign.isalnum() or sign == " "][:24]
    pairs = [first + second for first, second in pairwise(signs)]
    return [(part * SAMPLE_LENGTH)[:SAMPLE_LENGTH] + "!" for part in [*signs, *pairs]]


def _checked(rule: str) -> str:
    """The expression of a rule that staff typed. Raises ``ValueError`` with words for its author."""
    if len(rule) > MAX_LENGTH:
        raise ValueError(_("表达式太长，最多 %(n)s 个字符", n=MAX_LENGTH))
    pattern = rule_expression(rule)
    _compile(pattern)
    return pattern


def check_pattern(rule: str) -> None:
    """Raise ``ValueError`` with words for its author where ``rule`` is broken, too wide or slow."""
    _run(_checked(rule), _samples(rule))


def try_pattern(rule: str, text: str) -> list[tuple[str, int | None]]:
    """What ``rule`` finds in ``text`` (its first 2000 signs), each with the line that spoke.

    Raises ``ValueError`` like ``check_pattern``.
    """
    found = _run(_checked(rule), [text[:2000]])[0]
    lines = [_SPEAKS.fullmatch(group or "") for _words, group in found]
    return [(words, int(line[1]) if line else None) for (words, _group), line in zip(found, lines, strict=True)]
