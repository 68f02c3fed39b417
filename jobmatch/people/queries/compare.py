"""Two files side by side, so that staff can tell whether they are one person's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.cards import mask_id_number
from jobmatch.people.models.person import Person
from jobmatch.people.queries import files
from jobmatch.people.queries.people import phones_of
from jobmatch.reference.models import EducationLevel
from jobmatch.reference.queries import names


@dataclass(frozen=True, slots=True)
class ComparedLine:
    """One field of both files; ``is_same`` is None where one of them does not say."""

    label: str
    left: str
    right: str
    is_same: bool | None


def compared(
    uow: UnitOfWork, left: Person, right: Person, mask_phone: Callable[[str | None], str]
) -> list[ComparedLine]:
    """What two people loaded with ``load_full`` have in common; numbers are compared whole and given masked."""
    phones = phones_of(uow.session, [left, right])
    numbers = [(phones[one.id] or "", mask_phone(phones[one.id])) for one in (left, right)]
    identities = [(one.id_number or "", mask_id_number(one.id_number)) for one in (left, right)]
    lines = [
        _line(_("姓名"), left.name, right.name),
        ComparedLine(_("身份证号"), identities[0][1], identities[1][1], _same(identities[0][0], identities[1][0])),
        ComparedLine(_("手机号"), numbers[0][1], numbers[1][1], _same(numbers[0][0], numbers[1][0])),
        _line(_("出生日期"), *(one.birth_on.isoformat() if one.birth_on else "" for one in (left, right))),
    ]
    facts = [dict(files.file_facts(uow, one)) for one in (left, right)]
    levels = names(uow.session, EducationLevel)
    for one, known in zip((left, right), facts, strict=True):
        known[_("学历")] = levels.get(one.education_code or "", "")
        known[_("核验")] = one.verification.label
        known[_("建档时间")] = one.created_at.date().isoformat()
        known[_("以前的工作")] = _("、").join(line.employer_name for line in one.work_history[:3])
    labels = dict.fromkeys([*facts[0], *facts[1]])
    return lines + [_line(label, facts[0].get(label, ""), facts[1].get(label, "")) for label in labels]


def _same(left: str, right: str) -> bool | None:
    return left == right if left and right else None


def _line(label: str, left: str, right: str) -> ComparedLine:
    return ComparedLine(label, left, right, _same(left, right))
