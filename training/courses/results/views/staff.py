"""What classes led to: a year on one page, one class with its funnel, the people behind each figure, the files."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request, url_for

from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import XLSX
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.policies import visible_people
from jobmatch.web import charts
from jobmatch.web.access import access
from jobmatch.web.edge import current_runtime, current_uow
from jobmatch.web.fields import seen_number
from jobmatch.web.pages import download, page, paged
from training.courses.classes.policies import managed_session, managed_sessions
from training.courses.results import queries
from training.courses.results.blueprint import blueprint
from training.courses.results.documents import DOCX, report_file, year_workbook
from training.courses.results.figures import FIGURES, MONTHS
from training.courses.results.making import BEHIND, DEFINITIONS, GROUPS, HEAD, flags, grouped, kinds_of, report_words
from training.courses.results.queries import ClassHead, added_up, figures_of

_FIRST_YEAR, _LAST_YEAR = 2000, 2199
SORTS = ("arrived", "completed", "certified", "employed")


def _year(uow: UnitOfWork) -> int:
    return min(max(seen_number(request.args.get("year")) or uow.today.year, _FIRST_YEAR), _LAST_YEAR)


def _counted(uow: UnitOfWork, year: int) -> tuple[list[ClassHead], Any, int]:
    """The classes of a year with their figures, and the month they look at."""
    given = seen_number(request.args.get("months"))
    months = given if given in MONTHS else queries.headline_months(uow.session, uow.today)
    heads = [ClassHead(*row) for row in uow.rows(managed_sessions(uow.actor, queries.heads_query(year)))]
    return heads, figures_of(uow.session, heads, months=months, today=uow.today), months


def _group() -> str:
    by = request.args.get("by", "class")
    return by if by in GROUPS else "class"


@blueprint.get("/staff/training-outcomes")
@access("class.manage")
def year_outcomes() -> Response:
    """The classes that end in a year, by class, provider or course."""
    uow = current_uow()
    year, by, sort = _year(uow), _group(), request.args.get("sort", "")
    heads, figures, months = _counted(uow, year)
    rows = grouped(heads, figures, by, queries.rating_sums(uow.session, list(figures)))
    if sort in SORTS:
        rows.sort(key=lambda row: len(getattr(row.figures, sort)), reverse=True)
    total = added_up(list(figures.values()))
    goals = (
        queries.goal(uow.session, "training_certificate_goal", uow.today),
        queries.goal(uow.session, "training_employed_goal", uow.today),
    )
    return page(
        "class_outcomes/year.html",
        year=year,
        by=by,
        sort=sort,
        months=months,
        rows=rows,
        total=total,
        head=HEAD,
        behind=BEHIND,
        flags=flags(total, *goals, months),
        flagged={row.key: flags(row.figures, *goals, months) for row in rows},
        kinds=kinds_of(total),
        bars=_bars(rows),
        definitions=DEFINITIONS,
        figures=FIGURES,
        all_months=MONTHS,
    )


def _bars(rows: Any) -> Any:
    """Who completed and who of them works, of the groups with most people."""
    most = sorted(rows, key=lambda row: len(row.figures.completed), reverse=True)[:10]
    return charts.hbars(
        [(row.name, len(row.figures.completed)) for row in most],
        parts=[len(row.figures.employed) for row in most],
        keys=(_("时点就业"), _("结业")),
    )


@blueprint.get("/staff/training-outcomes.xlsx")
@access("class.manage", slow=True)
def year_file() -> Response:
    """The table of a year as a workbook."""
    with current_runtime().unit(g.actor, writing=False) as uow:
        year = _year(uow)
        heads, figures, _months = _counted(uow, year)
        rows = grouped(heads, figures, _group(), queries.rating_sums(uow.session, list(figures)))
    name = _("%(year)s 年培训成效", year=year)
    return download(year_workbook(name, rows), f"{name}.xlsx", XLSX)


@blueprint.get("/staff/training-outcomes/people")
@access("class.manage")
def people() -> Response:
    """The people behind a figure of a year, of one group where ``key`` names it."""
    uow, figure = current_uow(), request.args.get("figure", "")
    if figure not in FIGURES:
        raise NotFound
    heads, figures, months = _counted(uow, _year(uow))
    by, key = _group(), request.args.get("key", "")
    chosen = [figures[head.id] for head in heads if not key or GROUPS[by](head)[0] == key]
    ids = getattr(added_up(chosen), figure)
    listed = paged(uow, visible_people(uow.actor, queries.people_query(ids)))
    return page("class_outcomes/people.html", label=_(FIGURES[figure]), count=len(ids), listed=listed, months=months)


def _one(uow: UnitOfWork, public_id: str) -> tuple[Any, ClassHead, dict[int, Any]]:
    course_session = managed_session(uow, public_id)
    head = queries.get_head(uow.session, course_session)
    by_months = {months: figures_of(uow.session, [head], months=months, today=uow.today)[head.id] for months in MONTHS}
    return course_session, head, by_months


@blueprint.get("/staff/classes/<public_id>/outcome")
@access("class.manage")
def class_outcome(public_id: str) -> Response:
    """The way of one class from its plan to work."""
    uow = current_uow()
    course_session, head, by_months = _one(uow, public_id)
    months = queries.headline_months(uow.session, uow.today)
    n = by_months.get(months, by_months[MONTHS[1]])

    def link(figure: str) -> str:
        return url_for("class_outcomes.people", figure=figure, year=head.ends_on.year, key=public_id, months=months)

    steps = [(_("计划"), n.capacity), (_("报到"), len(n.arrived)), (_("结业"), len(n.completed))]
    steps += [(_("获证"), len(n.certified)), (_("时点就业"), len(n.employed))]
    return page(
        "class_outcomes/class.html",
        course_session=course_session,
        n=n,
        months=months,
        by_months=by_months,
        funnel=charts.funnel(
            steps, hrefs=[None, link("arrived"), link("completed"), link("certified"), link("employed")]
        ),
        lists=[(_(label), len(getattr(n, name)), link(name)) for name, label in FIGURES.items()],
        rating=queries.rating_of_all(queries.rating_sums(uow.session, [head.id]).values()),
        kinds=kinds_of(n),
        definitions=DEFINITIONS,
        flags=flags(
            n,
            queries.goal(uow.session, "training_certificate_goal", uow.today),
            queries.goal(uow.session, "training_employed_goal", uow.today),
            months,
        ),
    )


@blueprint.get("/staff/classes/<public_id>/outcome/report.<form>")
@access("class.manage", slow=True)
def class_report(public_id: str, form: str) -> Response:
    """The report T5 as a file."""
    if form not in {"docx", "pdf"}:
        raise NotFound
    with current_runtime().unit(g.actor, writing=False) as uow:
        course_session, head, by_months = _one(uow, public_id)
        chosen = {months: by_months[months] for months in MONTHS[:2]}
        office, paid = queries.office_name(uow.session, course_session), queries.allowance_paid(uow.session, head.id)
        words = report_words(head, chosen, office, paid)
    title = f"{head.title}结业情况"
    return download(report_file(title, words, form), f"{title}.{form}", DOCX if form == "docx" else "application/pdf")
