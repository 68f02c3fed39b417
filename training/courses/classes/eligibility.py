"""Who may take part in a class: what it asks for against what a file says. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from jobmatch.core.i18n import gettext as _
from training.courses.classes.models import CourseSession


@dataclass(frozen=True, slots=True)
class Facts:
    """What the file says. ``age`` is that of the first day; ``licences`` include those a licence covers."""

    age: int | None = None
    education_rank: int | None = None
    licences: frozenset[str] = frozenset()
    kind_groups: frozenset[str] = frozenset()
    method_code: str | None = None
    discharged_on: date | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """What the code tables say: names for people and the ranks of education."""

    education_ranks: Mapping[str, int] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing the class asks for. ``is_met`` is None where the file does not say."""

    name: str
    need: str
    have: str
    is_met: bool | None
    source: str

    @property
    def told(self) -> str:
        """The rule and its source in one line, for a refusal."""
        return _("%(name)s不符合：%(need)s（依据：%(source)s）", name=self.name, need=self.need, source=self.source)


def check(session: CourseSession, facts: Facts, rules: Rules) -> list[Line]:
    """Every condition of the class, met or not; a class that asks for nothing has none."""
    source = _("本班招生条件")
    lines: list[Line] = []
    if session.min_age is not None or session.max_age is not None:
        lines.append(Line(_("年龄"), _age_need(session), _age_have(facts), _age_met(session, facts), source))
    if session.education_code:
        lines.append(_education(session, facts, rules, source))
    if session.licence_code:
        need = rules.names.get(session.licence_code, session.licence_code)
        have = session.licence_code in facts.licences
        lines.append(Line(_("驾驶证"), need, _("有") if have else _("没有"), have, source))
    if session.kind_groups:
        need = "、".join(rules.names.get(code, code) for code in session.kind_groups)
        own = "、".join(rules.names.get(code, code) for code in sorted(facts.kind_groups))
        met = bool(facts.kind_groups & set(session.kind_groups)) if facts.kind_groups else None
        lines.append(Line(_("人员类别"), need, own or _("没填"), met, source))
    if session.method_codes:
        need = "、".join(rules.names.get(code, code) for code in session.method_codes)
        own = rules.names.get(facts.method_code or "", "") or _("没填")
        lines.append(
            Line(
                _("安置方式"),
                need,
                own,
                facts.method_code in session.method_codes if facts.method_code else None,
                source,
            )
        )
    if session.returned_year:
        year = facts.discharged_on.year if facts.discharged_on else None
        have = _("%(year)s 年", year=year) if year else _("没填")
        met = year == session.returned_year if year else None
        lines.append(Line(_("退役年份"), _("%(year)s 年", year=session.returned_year), have, met, source))
    return lines


def _age_need(session: CourseSession) -> str:
    if session.min_age is None:
        return _("%(high)s 岁以下", high=session.max_age)
    if session.max_age is None:
        return _("满 %(low)s 岁", low=session.min_age)
    return _("%(low)s–%(high)s 岁", low=session.min_age, high=session.max_age)


def _age_have(facts: Facts) -> str:
    return _("开班时 %(age)s 岁", age=facts.age) if facts.age is not None else _("没填")


def _age_met(session: CourseSession, facts: Facts) -> bool | None:
    if facts.age is None:
        return None
    is_old = session.min_age is None or facts.age >= session.min_age
    return is_old and (session.max_age is None or facts.age <= session.max_age)


def _education(session: CourseSession, facts: Facts, rules: Rules, source: str) -> Line:
    code = session.education_code or ""
    rank = rules.education_ranks.get(code, 0)
    met = facts.education_rank >= rank if facts.education_rank is not None else None
    have = {True: _("够"), False: _("不够"), None: _("没填")}[met]
    return Line(_("学历"), _("%(name)s及以上", name=rules.names.get(code, code)), have, met, source)
