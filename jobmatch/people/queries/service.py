"""Ranks and ways of resettlement as they were on the day of discharge."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobmatch.core.i18n import current_locale
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.models import Rank, ResettlementMethod
from jobmatch.reference.queries import cached, names

RANKS_RENEWED_ON = date(2022, 3, 31)
"""From this day on 士官 are called 军士 (全国人大常委会关于中国人民解放军现役士兵衔级制度的决定)."""
OFFICER_GROUPS = frozenset({"尉官", "校官", "将官", "文职"})
_SERGEANT_GROUPS = frozenset({"初级军士", "中级军士", "高级军士"})


def rank_rows(session: Session) -> dict[str, Rank]:
    """Every rank by code, in order; kept like all code tables."""
    return cached(session, "rank_rows", lambda: _detached(session, Rank))


def method_rows(session: Session) -> dict[str, ResettlementMethod]:
    """Every way of resettlement by code, in order."""
    return cached(session, "method_rows", lambda: _detached(session, ResettlementMethod))


def _detached(session: Session, model: Any) -> dict[str, Any]:
    rows = session.scalars(select(model).order_by(model.sort_order)).all()
    for row in rows:
        session.expunge(row)
    return {row.code: row for row in rows}


def rank_name(session: Session, code: str | None, discharged_on: date | None) -> str:
    """A rank as it stands on the person's own certificate: by the names that held on the day of discharge.

    Without a day the present name is taken, and of ranks that ended the only one they had. Empty for no rank.
    """
    row = rank_rows(session).get(code or "")
    if row is None:
        return ""
    had_old_name = row.renamed_on is None or (discharged_on is not None and discharged_on < row.renamed_on)
    if row.old_name and had_old_name and current_locale() != "en":
        return row.old_name
    return names(session, Rank)[row.code]


def holds_on(row: Rank | ResettlementMethod, day: date | None) -> bool:
    """Whether a rank or method was in use on ``day``; without a day all are possible."""
    if day is None:
        return True
    return (row.valid_from is None or row.valid_from <= day) and (row.valid_to is None or day <= row.valid_to)


def rank_groups_on(
    uow: UnitOfWork, discharged_on: date | None, current: str | None = None
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Ranks by group as they were called on the day of discharge; a stored one is offered too.

    Without a day all are offered, a renamed one with both names.
    """
    groups: dict[str, list[tuple[str, str]]] = {}
    for row in rank_rows(uow.session).values():
        if row.code != current and not (row.is_active and holds_on(row, discharged_on)):
            continue
        label = rank_name(uow.session, row.code, discharged_on)
        if discharged_on is None and row.old_name and row.renamed_on:
            label = _("%(now)s（旧称%(old)s）", now=label, old=row.old_name)
        elif discharged_on is None and row.valid_to:
            label = names(uow.session, Rank)[row.code]
        groups.setdefault(_group_name(row.group, discharged_on), []).append((row.code, label))
    return list(groups.items())


def _group_name(group: str, discharged_on: date | None) -> str:
    """Before 2022-03-31 all ranks between conscripts and officers were 士官."""
    is_before = discharged_on is not None and discharged_on < RANKS_RENEWED_ON
    return "士官" if is_before and group in _SERGEANT_GROUPS else group


def methods_on(uow: UnitOfWork, discharged_on: date | None, current: str | None = None) -> Sequence[tuple[str, str]]:
    """Ways of resettlement that a person discharged on a day can have; a stored one is offered too."""
    labels = names(uow.session, ResettlementMethod)
    return [
        (row.code, labels[row.code])
        for row in method_rows(uow.session).values()
        if row.code == current or (row.is_active and holds_on(row, discharged_on))
    ]


def counted_method(session: Session, code: str | None) -> str:
    """The method under which somebody is counted: 旧称转业士官 is part of 安排工作; empty for none."""
    row = method_rows(session).get(code or "")
    return (row.maps_to or row.code) if row else ""
