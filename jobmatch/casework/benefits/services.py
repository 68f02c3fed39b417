"""The office's own versions of benefits."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

from jobmatch.casework.benefits.conditions import PARAMETERS, TESTS
from jobmatch.casework.benefits.models import Benefit
from jobmatch.casework.benefits.policies import can_edit_benefit
from jobmatch.casework.benefits.queries import versions
from jobmatch.casework.benefits.states import Audience
from jobmatch.core.errors import Conflict, NotFound, require
from jobmatch.core.i18n import day_words
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.services.common import Findings, clean_line, clean_text
from jobmatch.reference.models import ResettlementMethod, ServiceObjectKind
from jobmatch.reference.queries import names

LINES = {
    "name_zh": 60,
    "name_en": 160,
    "who": 200,
    "amount": 200,
    "limits": 200,
    "period": 120,
    "paid": 120,
    "apply_at": 80,
    "source": 400,
    "verified_note": 200,
}
EDITABLE = (
    *LINES,
    "audience",
    "conditions",
    "amount_yuan",
    "papers",
    "valid_to",
    "source_on",
    "is_verified",
    "is_active",
)
MOST_YUAN = 10_000_000
MOST_MONTHS = 600
MONTH_COUNTS = ("discharged_within_months", "business_min_months", "business_max_months")


def fingerprint(benefit: Benefit | None) -> str:
    """What a form saw of a version; a save with another fingerprint than the present one's is stale."""
    values = [getattr(benefit, name) for name in (*EDITABLE, "valid_from")] if benefit is not None else None
    return hashlib.sha256(repr(values).encode()).hexdigest()[:16]


def save_benefit(
    uow: UnitOfWork, *, code: str | None = None, valid_from: date | None, seen: str | None = None, **values: Any
) -> Benefit:
    """Add a benefit (``code`` None), change a version of one, or begin a new version on ``valid_from``.

    Earlier versions stay as history and end the day before. ``seen`` is the ``fingerprint`` of the newest version that
    the form was drawn with. Raises ``Invalid``, ``NotFound``, ``Conflict``.
    """
    require(can_edit_benefit(uow.actor))
    known = [row for row in versions(uow.session) if row.code == code] if code else []
    if code and not known:
        raise NotFound
    if seen is not None and known and seen != fingerprint(known[-1]):
        raise Conflict
    found = Findings()
    values = _cleaned(uow, found, values)
    _check_days(found, valid_from, values, known)
    day = found.need(valid_from)
    row = next((one for one in known if one.valid_from == day), None)
    if row is None:
        order = known[-1].sort_order if known else 100
        row = Benefit(code=code or _new_code(uow), valid_from=day, sort_order=order)
    for name, value in values.items():
        setattr(row, name, value)
    row.is_local = True
    uow.session.add(row)
    uow.session.flush()
    uow.audit("benefit.save", row, reason=row.code)
    return row


def _check_days(found: Findings, valid_from: date | None, values: dict[str, Any], known: list[Benefit]) -> None:
    if valid_from is None:
        found.add("valid_from", _("请填写从哪天起"))
        return
    if known and valid_from < known[0].valid_from:
        found.add("valid_from", _("不能早于 %(day)s", day=day_words(known[0].valid_from)))
    end = values["valid_to"]
    found.check(end is None or end >= valid_from, "valid_to", _("结束的日期要晚于开始的日期"))


def _cleaned(uow: UnitOfWork, found: Findings, values: dict[str, Any]) -> dict[str, Any]:
    if unknown := set(values) - set(EDITABLE):
        raise ValueError(f"no editable {sorted(unknown)}")
    values = {name: values.get(name) for name in EDITABLE}
    for name, most in LINES.items():
        values[name] = clean_line(values[name] or "")
        found.check(len(values[name]) <= most, name, _("不超过 %(n)s 个字", n=most))
    values["papers"] = clean_text(values["papers"] or "")
    found.check(bool(values["name_zh"]), "name_zh", _("请填写名称"))
    found.check(bool(values["apply_at"]), "apply_at", _("请填写到哪里办"))
    found.check(bool(values["source"]), "source", _("请写明依据，例如文件名和文号"))
    yuan = values["amount_yuan"]
    found.check(yuan is None or 0 < yuan <= MOST_YUAN, "amount_yuan", _("请填大于 0 的整数"))
    values["is_verified"], values["is_active"] = bool(values["is_verified"]), bool(values["is_active"])
    values["audience"] = Audience(values["audience"] or Audience.PERSON)
    values["conditions"] = _conditions(uow, found, values["conditions"] or {})
    return values


def _conditions(uow: UnitOfWork, found: Findings, conditions: dict[str, Any]) -> dict[str, Any]:
    """Only conditions that can be read, without those that say nothing."""
    if unknown := set(conditions) - set(TESTS) - PARAMETERS:
        raise ValueError(f"no such condition {sorted(unknown)}")
    for field, table in (("kinds", ServiceObjectKind), ("methods", ResettlementMethod)):
        codes = set(conditions.get(field) or ())
        found.check(codes <= names(uow.session, table).keys(), field, _("请从列表里选"))
    for field in MONTH_COUNTS:
        months = conditions.get(field) or 0
        found.check(months <= MOST_MONTHS, field, _("最多 %(n)s 个月", n=MOST_MONTHS))
    return {name: value for name, value in conditions.items() if value}


def _new_code(uow: UnitOfWork) -> str:
    taken = [
        int(row.code[2:]) for row in versions(uow.session) if row.code.startswith("LB") and row.code[2:].isdecimal()
    ]
    return f"LB{max(taken, default=0) + 1:03d}"
