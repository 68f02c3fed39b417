"""Work that comes back: papers that were ordered are made on their day, and whoever ordered them gets a link."""

from __future__ import annotations

from typing import Any

from jobmatch.core.jobs import JobContext, JobFunction
from jobmatch.core.queue import Timed
from jobmatch.fairs.outcomes.documents import write_report
from jobmatch.reports.papers.making import Paper, as_report, list_path, make_paper
from jobmatch.reports.papers.models import PaperOrder
from jobmatch.reports.papers.periods import last_period
from jobmatch.reports.papers.queries import due_orders, due_shares
from jobmatch.reports.papers.services import is_mailed, keep_entitled, send_ordered
from jobmatch.reports.papers.states import PaperFormat

MOST = 50


def send_orders(context: JobContext, place: str = "") -> dict[str, Any]:
    """Make each paper that is due in a unit that only reads, then send its link; twice on a day sends nothing twice.

    Whoever gave an e-mail address gets it as a file too. Counties are shared between the workers; ``place`` is one.
    """
    with context.unit(writing=False) as uow:
        shares = due_shares(uow.session, uow.today)
        due = due_orders(uow.session, uow.today, MOST, place)
    if not place and len(shares) > 1:
        return context.spread(shares)
    with context.unit() as uow:
        due = keep_entitled(uow, due)
    sent = 0
    for number, order_id in enumerate(due, start=1):
        with context.unit(writing=False) as uow:
            order = uow.session.get_one(PaperOrder, order_id)
            paper = make_paper(uow, last_period(order.kind, order.next_on), order.region_path)
            site, suffix = uow.session.info.get("site_url", ""), order.format.value
            wants_file = is_mailed(uow, order)
        content = write_report(_report(paper, site, suffix), suffix) if wants_file else None
        with context.unit() as uow:
            order = uow.session.get_one(PaperOrder, order_id)
            sent += send_ordered(uow, order, paper.title, gap_count=paper.gap_count, content=content)
        context.progress(number, len(due))
    return {"sent": sent}


def _report(paper: Paper, site: str, suffix: str) -> Any:
    """The paper as a file; where nobody knows the address of this site, its numbers lead nowhere."""
    return as_report(
        paper,
        lambda code: site + list_path(paper, code) if site else "",
        notes_as_table=suffix == PaperFormat.XLSX.value,
    )


JOBS: dict[str, JobFunction] = {"papers.send": send_orders}
TIMED = (Timed("papers.send", 6 * 60),)
