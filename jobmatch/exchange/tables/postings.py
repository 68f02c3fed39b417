"""Postings as they are taken out: those of the office's subtree in every state, as its list shows them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select

from jobmatch.core.i18n import N_
from jobmatch.core.uow import UnitOfWork
from jobmatch.exchange.columns import Column
from jobmatch.exchange.states import TakenKind
from jobmatch.exchange.tables.spec import Row, Taking
from jobmatch.reference.models import Occupation
from jobmatch.reference.queries import names, region_label
from recruiters.postings.cards import pay_note, pay_words
from recruiters.postings.models import Posting
from recruiters.postings.policies import visible_office_postings
from recruiters.postings.queries import postings
from recruiters.postings.states import PostingState

COLUMNS = (
    Column("title", N_("岗位"), "", ""),
    Column("employer", N_("单位"), "", ""),
    Column("state", N_("状态"), "", ""),
    Column("occupation", N_("职业"), "", ""),
    Column("pay", N_("工资"), "", ""),
    Column("pay_note", N_("工资说明"), "", ""),
    Column("place", N_("地点"), "", ""),
    Column("headcount", N_("招聘人数"), "", ""),
    Column("filled", N_("已录用"), "", ""),
    Column("veterans", N_("退役军人优先"), "", ""),
    Column("published_at", N_("发布"), "", ""),
    Column("valid_through", N_("有效到"), "", ""),
)


def _rows(uow: UnitOfWork, asked: Row) -> Select[*tuple[Any, ...]]:
    state = asked.get("state")
    query = postings(PostingState(state) if state in set(PostingState) else None)
    return visible_office_postings(uow.actor, query)


def _lines(uow: UnitOfWork, found: Sequence[Posting]) -> Iterator[Sequence[object]]:
    occupations = names(uow.session, Occupation)
    for one in found:
        yield (
            one.title,
            one.employer.organization.name,
            one.state.label,
            occupations.get(one.occupation_code or "", ""),
            pay_words(one),
            pay_note(one),
            region_label(uow.session, one.region_code) or one.address,
            one.vacancy_count,
            one.filled_count,
            one.is_veterans_first,
            one.published_at,
            one.valid_through,
        )


POSTINGS = Taking(
    taken=TakenKind.POSTINGS,
    permission="posting.review",
    columns=COLUMNS,
    rows=_rows,
    lines=_lines,
    narrows=("state",),
)
