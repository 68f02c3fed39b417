"""Whose posting a row is: a known employer by its credit code or its exact name, or one that is made anew."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from recruiters.employers.models import Employer
from recruiters.employers.names import name_skeleton
from recruiters.employers.queries import employers_that_match
from recruiters.employers.services.employers import EmployerInput, import_employers
from recruiters.employers.states import EmployerKind, kinds_for_code


@dataclass(frozen=True, slots=True)
class Wanted:
    """An employer as a row names it."""

    name: str
    credit_code: str = ""
    contact: tuple[str, str] = ("", "")
    region_code: str | None = None


def plain_name(name: str) -> str:
    """A name as it is compared: half-width, without blanks."""
    return "".join(unicodedata.normalize("NFKC", name).split())


@dataclass(slots=True)
class EmployerBook:
    """Employers of the rows of one unit. ``only`` is the one employer a sender may speak for, if it is one itself."""

    source_name: str
    kind: EmployerKind | None = None
    only: Employer | None = None
    by_code: dict[str, Employer] = field(default_factory=dict)
    by_look: dict[str, list[tuple[str, str, Employer]]] = field(default_factory=dict)

    def load(self, uow: UnitOfWork, wanted: Iterable[Wanted]) -> None:
        """Read everybody whom the rows could mean: at most three statements."""
        if self.only is not None:
            return
        wanted = list(wanted)
        codes = {one.credit_code for one in wanted if one.credit_code}
        self.by_look = {}
        for known in employers_that_match(uow.session, {name_skeleton(one.name) for one in wanted}, codes):
            self._add(*known)

    def _add(self, name: str, code: str, employer: Employer) -> None:
        if code:
            self.by_code[code] = employer
        self.by_look.setdefault(name_skeleton(name), []).append((name, code, employer))

    def find(self, one: Wanted) -> tuple[Employer | None, dict[str, str]]:
        """The known employer, None for one that is not known yet, and what speaks against the row, by field."""
        if self.only is not None:
            return self.only, self._foreign(self.only, one)
        holder = self.by_code.get(one.credit_code) if one.credit_code else None
        if holder is not None:
            names = {look for look, all_ in self.by_look.items() if any(e is holder for _n, _c, e in all_)}
            if name_skeleton(one.name) not in names:
                return None, {"credit_code": _("这个代码登记的是另一家单位，请核对")}
            return holder, {}
        # Two codes are two employers, whatever their names.
        like = [
            (name, employer)
            for name, code, employer in self.by_look.get(name_skeleton(one.name), [])
            if not (code and one.credit_code and code != one.credit_code)
        ]
        same = {employer.id: employer for name, employer in like if plain_name(name) == plain_name(one.name)}
        if len(same) > 1:
            return None, {"employer": _("有 %(n)s 家同名单位，请填统一社会信用代码", n=len(same))}
        if not same and like:
            return None, {"employer": _("和已登记的“%(name)s”只差一点，请核对名称", name=like[0][0])}
        return next(iter(same.values()), None), {}

    @staticmethod
    def _foreign(only: Employer, one: Wanted) -> dict[str, str]:
        organization = only.organization
        if one.name and plain_name(one.name) != plain_name(organization.name):
            return {"employer": _("这个来源只能发“%(name)s”的岗位", name=organization.name)}
        if one.credit_code and one.credit_code != organization.credit_code:
            return {"credit_code": _("这不是本单位的代码")}
        return {}

    def find_or_make(self, uow: UnitOfWork, wanted: Sequence[Wanted]) -> list[tuple[Employer | None, dict[str, str]]]:
        """As ``find`` for each, but whom nobody knows is made and still has to be vetted: a few statements for all."""
        unknown = {_key(one): one for one in wanted if one.name and self.find(one) == (None, {})}
        made = import_employers(
            uow,
            self.source_name,
            [
                EmployerInput(
                    one.name,
                    key,
                    self.kind or (kinds_for_code(one.credit_code)[0] if one.credit_code else EmployerKind.PRIVATE),
                    one.region_code,
                    one.credit_code,
                    *one.contact,
                )
                for key, one in unknown.items()
            ],
        )
        refused: dict[str, dict[str, str]] = {}
        for (key, one), employer in zip(unknown.items(), made, strict=True):
            if isinstance(employer, Invalid):
                column = "credit_code" if "credit_code" in employer.fields else "employer"
                refused[key] = {column: next(iter(employer.fields.values()), employer.message)}
            else:
                self._add(one.name, one.credit_code, employer)
        return [(None, refused[_key(one)]) if _key(one) in refused else self.find(one) for one in wanted]


def _key(one: Wanted) -> str:
    return one.credit_code or plain_name(one.name)
