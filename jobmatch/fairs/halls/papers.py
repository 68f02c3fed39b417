"""The hall on paper: the plan for the wall and a card for each booth. Chinese, since they hang on site."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from jobmatch.core.i18n import use_locale
from jobmatch.core.pdf import qr_svg_bytes, render_pdf
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.exhibitors.models import FairPosting
from jobmatch.fairs.halls.models import Booth
from jobmatch.fairs.halls.queries import Plan
from jobmatch.fairs.planning.models import JobFair

TEMPLATES = Path(__file__).parent / "templates" / "halls"
ON_CARD = 6


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where codes lead: the fair's page, and the page of a booth by the exhibitor's public id."""

    fair: str
    booth: Callable[[str], str]


def plan_pdf(uow: UnitOfWork, fair: JobFair, plan: Plan, addresses: Addresses) -> bytes:
    """Every hall on a page of A3, lying."""
    with use_locale("zh"):
        halls = [
            {
                "name": one.hall.name,
                "rows": one.hall.row_count,
                "cols": one.hall.col_count,
                "items": [
                    {**_place(item), "label": item.label or item.kind.label, "kind": item.kind.value}
                    for item in one.items
                ],
                "booths": [
                    {**_place(booth), "number": booth.number, "name": plan.name_at(booth)} for booth in one.booths
                ],
            }
            for one in plan.halls
        ]
    data = {"title": fair.title, "halls": halls, "scan": "扫码看单位和岗位"}
    return render_pdf(TEMPLATES / "plan.typ", data, files={"qr": qr_svg_bytes(addresses.fair)})


def cards_pdf(uow: UnitOfWork, fair: JobFair, plan: Plan, addresses: Addresses) -> bytes:
    """A card for each booth that has somebody, on A4: the number read from afar, the employer, its postings.

    The code of each leads to that booth's own page.
    """
    rows = select(FairPosting).where(FairPosting.fair_id == fair.id, FairPosting.withdrawn_at.is_(None))
    lines: dict[int, list[str]] = defaultdict(list)
    for row in uow.session.scalars(rows.order_by(FairPosting.id)):
        lines[row.exhibitor_id].append(f"{row.title}　{row.vacancy_count} 人")
    taken = [booth for booth in sorted(plan.booths, key=lambda one: one.number) if plan.name_at(booth)]
    cards = [
        {
            "code": f"qr{place}",
            "number": booth.number,
            "name": plan.name_at(booth),
            "lines": lines[booth.exhibitor_id or 0][:ON_CARD],
            "more": max(len(lines[booth.exhibitor_id or 0]) - ON_CARD, 0),
        }
        for place, booth in enumerate(taken)
    ]
    data = {"title": fair.title, "cards": cards, "scan": "扫码看岗位、投简历、取号"}
    pages = (addresses.booth(plan.exhibitors[booth.exhibitor_id or 0].public_id) for booth in taken)
    return render_pdf(
        TEMPLATES / "cards.typ", data, files={f"qr{place}": qr_svg_bytes(url) for place, url in enumerate(pages)}
    )


def _place(thing: Booth | object) -> dict[str, int]:
    return {name: getattr(thing, name) for name in ("row", "col", "height", "width")}


MAKERS: dict[str, tuple[str, Callable[[UnitOfWork, JobFair, Plan, Addresses], bytes]]] = {
    "plan": ("展位图.pdf", plan_pdf),
    "cards": ("桌牌.pdf", cards_pdf),
}
