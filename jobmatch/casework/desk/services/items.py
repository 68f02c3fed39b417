"""The office's own service items."""

from __future__ import annotations

from typing import Any

from jobmatch.casework.desk.items import EDITABLE, fingerprint, service_items, shipped_item
from jobmatch.casework.desk.models import ServiceItem
from jobmatch.core.errors import Conflict, NotFound, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.services.common import Findings, clean_line, clean_text
from jobmatch.reference.models import ServiceObjectKind
from jobmatch.reference.policies import can_edit_reference
from jobmatch.reference.queries import names

MOST_DAYS = 365


def save_item(uow: UnitOfWork, *, code: str | None = None, seen: str | None = None, **values: Any) -> ServiceItem:
    """Add a service item (``code`` None) or change one; either is the office's own from then on.

    ``seen`` is the ``fingerprint`` the form was drawn with. Raises ``Invalid``, ``NotFound``, ``Conflict``.
    """
    require(can_edit_reference(uow.actor))
    values = _cleaned(uow, values)
    row = uow.session.get(ServiceItem, code) if code else None
    if code and row is None:
        row = shipped_item(code)
        if row is None:
            raise NotFound
    if seen is not None and row is not None and seen != fingerprint(row):
        raise Conflict
    if row is None:
        row = ServiceItem(code=_new_code(uow), sort_order=100)
    for name, value in values.items():
        setattr(row, name, value)
    row.is_local, row.source_on = True, uow.today
    uow.session.add(row)
    uow.session.flush()
    uow.audit("desk.item.save", row, reason=row.code)
    return row


def _cleaned(uow: UnitOfWork, values: dict[str, Any]) -> dict[str, Any]:
    if unknown := set(values) - set(EDITABLE):
        raise ValueError(f"no editable {sorted(unknown)}")
    found = Findings()
    values = {**values, "papers": clean_text(values.get("papers", ""))}
    for name in ("name_zh", "name_en", "old_limit_paper", "source"):
        values[name] = clean_line(values.get(name, ""))
    found.check(1 <= len(values["name_zh"]) <= 60, "name_zh", _("请填写事项名称，不超过 60 个字"))
    limit, old = values.get("limit_days"), values.get("old_limit_days")
    found.check(limit is not None and 0 <= limit <= MOST_DAYS, "limit_days", _("请填 0 到 365 之间的整数"))
    found.check(old is None or 0 < old <= MOST_DAYS, "old_limit_days", _("请填 1 到 365 之间的整数"))
    found.check(
        (old is None) == (not values["old_limit_paper"]),
        "old_limit_paper",
        _("原时限和规定它的文件要一起填；没有文件就都不填，不显示压缩率"),
    )
    found.check(len(values["old_limit_paper"]) <= 200, "old_limit_paper", _("不超过 200 个字"))
    found.check(bool(values["source"]), "source", _("请写明依据，例如文件名和文号"))
    known = names(uow.session, ServiceObjectKind)
    found.check(set(values.get("kinds") or ()) <= known.keys(), "kinds", _("请从列表里选"))
    values["kinds"] = list(values.get("kinds") or [])
    found.stop()
    return values


def _new_code(uow: UnitOfWork) -> str:
    taken = [int(code[2:]) for code in service_items(uow.session) if code.startswith("LI") and code[2:].isdecimal()]
    return f"LI{max(taken, default=0) + 1:03d}"
