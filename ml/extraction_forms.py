"""The names by which skills and certificates are known, as forms to look for in clean text."""

import re
from dataclasses import dataclass
from functools import lru_cache

from ml.tables import certificates, licence_certificates, skills
from ml.words import plain_letters

# Other names too general to be a skill wherever they stand, such as 负责 in 负责日常工作.
# fmt: off
_TOO_GENERAL = frozenset((
    "负责", "学习", "计划", "表达", "配合", "协作", "统筹", "业务", "计量", "包扎", "表演", "文艺", "观察", "保密",
    "大货", "甲板", "摄像", "口才", "短波", "情报整理",
))
# fmt: on
# Everyday forms of manners that the table of skills does not list, because nobody would choose them from it.
_MORE_FORMS = {
    "SK101": ("执行力强", "执行力", "纪律性强"),
    "SK102": ("团队精神", "团队合作", "团队意识"),
    "SK103": ("吃苦耐劳", "抗压能力"),
    "SK104": ("责任心强", "有责任心"),
    "SK105": ("沟通能力", "表达能力"),
    "SK106": ("应变能力",),
    "SK107": ("组织能力", "计划能力"),
    "SK108": ("学习能力",),
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a form stands for. `skills`: the skills a certificate proves, or the skill itself."""

    kind: str  # "skill" or "certificate"
    code: str
    skills: frozenset[str]


@lru_cache(maxsize=1)
def forms() -> dict[str, Meaning]:
    """Clean form to meaning. A form of a certificate wins over the same form of a skill."""
    found: dict[str, Meaning] = {}
    for skill in skills():
        meaning = Meaning("skill", skill.code, frozenset((skill.code,)))
        for name in (skill.name, *skill.aliases, *_MORE_FORMS.get(skill.code, ())):
            if name not in _TOO_GENERAL and not (skill.is_soft and len(name) < 3):
                found.setdefault(plain_letters(name)[0], meaning)
    for certificate in certificates():
        if certificate.code in licence_certificates():
            continue
        meaning = Meaning("certificate", certificate.code, frozenset(certificate.skills))
        short = re.sub(r"\(.*?\)", "", certificate.name)
        for name in (certificate.name, short, *certificate.aliases):
            if len(name) > 2:
                found[plain_letters(name)[0]] = meaning
    return found
