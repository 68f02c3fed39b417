"""Reads of frozen figures and of submissions: snapshots, who moved between two of them, and who owes what."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased, contains_eager, defer

from jobmatch.accounts.models import Organization, User
from jobmatch.accounts.states import OrganizationKind, OrganizationState
from jobmatch.casework.intake.models import RosterEntry
from jobmatch.core.actors import Actor
from jobmatch.core.clock import local_day
from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.policies import visible_people
from jobmatch.reference.queries import rule_value
from jobmatch.reports.figures.year_table import YearRow
from jobmatch.reports.filing.figure_inputs import FigureMove, figure_moves, unpack_figures
from jobmatch.reports.filing.inputs import Move, moves, unpack
from jobmatch.reports.filing.models import (
    Circular,
    CircularReceipt,
    Snapshot,
    SubjectNumber,
    Submission,
    SubmissionMove,
)
from jobmatch.reports.filing.policies import visible_lines, visible_submissions
from jobmatch.reports.filing.states import OPEN_STATES, FormKind, Light, SubmissionState
from jobmatch.reports.indicators import registry
from jobmatch.reports.indicators.base import Figure, Subject

AT_ONCE = 5000


def snapshots() -> Select[*tuple[Any, ...]]:
    """Snapshots without their inputs, with the names of both who signed, the newest first; a policy narrows it."""
    froze, confirmed = aliased(User), aliased(User)
    return (
        select(Snapshot, froze.name, confirmed.name)
        .outerjoin(froze, froze.id == Snapshot.frozen_by_id)
        .outerjoin(confirmed, confirmed.id == Snapshot.confirmed_by_id)
        .options(defer(Snapshot.inputs))
        .order_by(Snapshot.frozen_at.desc(), Snapshot.id.desc())
    )


def named(public_id: str) -> Select[*tuple[Any, ...]]:
    """One snapshot with the names of both who signed."""
    return snapshots().where(Snapshot.public_id == public_id)


def rows_of(snapshot: Snapshot, names: dict[str, str]) -> tuple[list[YearRow], YearRow]:
    """The frozen lines and their total; ``names`` are places by code."""
    table = json.loads(snapshot.table)

    def line(values: dict[str, Any], path: str) -> YearRow:
        code = path.strip("/").split("/")[-1]
        row = YearRow(code, names.get(code, code), path)
        row.counts |= {key: int(value) for key, value in values.items() if key != "path"}
        return row

    return [line(row, row["path"]) for row in table["rows"]], line(table["total"], table["path"])


@dataclass(frozen=True, slots=True)
class MoveLine:
    """One subject that moved, and who it is: a person, a line of the roster, or nobody any more."""

    move: Move
    person: Person | None
    entry: RosterEntry | None


def _require_alike(old: Snapshot, new: Snapshot) -> None:
    if old.form is not new.form or old.region_path != new.region_path:
        raise Invalid(_("只有同一个地方、同一种表才能比"))


def figure_differences(old: Snapshot, new: Snapshot) -> list[FigureMove]:
    """The figures that differ between two snapshots of one form. Raises ``Invalid`` where they cannot be compared."""
    _require_alike(old, new)
    return figure_moves(unpack_figures(old.inputs), unpack_figures(new.inputs))


@dataclass(frozen=True, slots=True)
class FigureMoveLine:
    """One figure that differs, with the people that came in and went out where people stand behind it."""

    move: FigureMove
    figure: Figure
    came: list[str]
    gone: list[str]


def named_figure_moves(uow: UnitOfWork, found: Sequence[FigureMove]) -> list[FigureMoveLine]:
    """Differences with names, those that the reader may see; who was erased or is elsewhere has none."""
    lines = []
    for move in found:
        figure = registry.ALL[move.code]
        if not isinstance(figure, Figure):
            continue
        has_people = figure.subject in (Subject.PERSON, Subject.MEMBER)
        names_of = _names(uow, (*move.came, *move.gone)) if has_people else {}
        came, gone = ([names_of[key] for key in keys if key in names_of] for keys in (move.came, move.gone))
        lines.append(FigureMoveLine(move, figure, came, gone))
    return lines


def _names(uow: UnitOfWork, numbers: Sequence[int]) -> dict[int, str]:
    """Names by subject number."""
    keyed = select(SubjectNumber.person_id, SubjectNumber.id).where(SubjectNumber.id.in_(numbers[:AT_ONCE]))
    keys = {person_id: number for person_id, number in uow.session.execute(keyed) if person_id is not None}
    people = uow.rows(visible_people(uow.actor, select(Person).where(Person.id.in_(list(keys)))))
    return {keys[one.id]: one.name for one in people}


def differences(uow: UnitOfWork, old: Snapshot, new: Snapshot) -> list[Move]:
    """Who moved between two snapshots of one form. Raises ``Invalid`` where they cannot be compared."""
    _require_alike(old, new)
    return moves(unpack(old.inputs), unpack(new.inputs))


def named_moves(uow: UnitOfWork, found: Sequence[Move]) -> list[MoveLine]:
    """Moves with their people, those that the reader may see; whose key was erased has none."""
    numbers = [move.number for move in found]
    keys = {
        row.id: row for row in uow.session.scalars(select(SubjectNumber).where(SubjectNumber.id.in_(numbers[:AT_ONCE])))
    }
    ids = [row.person_id for row in keys.values() if row.person_id]
    people = {one.id: one for one in uow.rows(visible_people(uow.actor, select(Person).where(Person.id.in_(ids))))}
    entry_ids = [row.entry_id for row in keys.values() if row.entry_id]
    lines = visible_lines(uow.actor, select(RosterEntry).where(RosterEntry.id.in_(entry_ids)))
    entries = {one.id: one for one in uow.rows(lines)}
    return [
        MoveLine(
            move,
            people.get(keys[move.number].person_id or 0) if move.number in keys else None,
            entries.get(keys[move.number].entry_id or 0) if move.number in keys else None,
        )
        for move in found
    ]


# ---------- submissions ----------


def frozen_of(session: Session, submission: Submission) -> Snapshot | None:
    """The newest frozen version of a submission."""
    query = select(Snapshot).where(Snapshot.submission_id == submission.id)
    return session.scalars(query.order_by(Snapshot.revision.desc()).limit(1)).first()


def has_station_above(session: Session, path: str) -> bool:
    """Whether any station in force sits above a place."""
    parts = path.strip("/").split("/")
    above = ["/" + "/".join(parts[:n]) + "/" for n in range(1, len(parts))]
    query = select(Organization.id).where(
        Organization.kind == OrganizationKind.STATION,
        Organization.state == OrganizationState.ACTIVE,
        Organization.region_path.in_(above),
    )
    return session.scalar(query.limit(1)) is not None


def submissions(*, form: FormKind | None = None, since: date | None = None) -> Select[*tuple[Any, ...]]:
    """Submissions with their stations, what is due first on top; a policy narrows it."""
    query = (
        select(Submission)
        .join(Submission.station)
        .options(contains_eager(Submission.station))
        .order_by(Submission.period_from.desc(), Submission.form, Submission.region_path, Submission.id)
        .execution_options(visible=frozenset({"organization"}))
    )
    if form is not None:
        query = query.where(Submission.form == form)
    return query if since is None else query.where(Submission.period_from == since)


def submission_named(public_id: str) -> Select[*tuple[Any, ...]]:
    """One submission with its station."""
    return submissions().where(Submission.public_id == public_id)


def waiting_for(actor: Actor) -> Select[*tuple[Any, ...]]:
    """Submissions that wait for a review or to be accepted, and that the reader did not fill; the oldest first."""
    return (
        submissions()
        .where(
            Submission.state.in_((SubmissionState.SUBMITTED, SubmissionState.REVIEWED)),
            Submission.filled_by_id.is_distinct_from(actor.user_id),
        )
        .order_by(None)
        .order_by(Submission.submitted_at, Submission.id)
    )


def periods_of(uow: UnitOfWork, form: FormKind, *, most: int = 12) -> list[date]:
    """The first days of the periods of a form that anybody below owes, the newest first."""
    query = select(Submission.period_from).where(Submission.form == form).distinct()
    found = visible_submissions(uow.actor, query.order_by(Submission.period_from.desc()).limit(most))
    return list(uow.rows(found))


def moves_of(session: Session, submission: Submission) -> list[tuple[SubmissionMove, str]]:
    """The steps of a submission with who took them, the oldest first."""
    query = (
        select(SubmissionMove, User.name)
        .outerjoin(User, User.id == SubmissionMove.by_id)
        .where(SubmissionMove.submission_id == submission.id)
        .order_by(SubmissionMove.id)
    )
    return [(move, name or "") for move, name in session.execute(query)]


def signers_of(session: Session, submission: Submission) -> tuple[str, str, str]:
    """Names of who filled, reviewed and accepted; empty where nobody did yet."""
    ids = (submission.filled_by_id, submission.reviewed_by_id, submission.accepted_by_id)
    known = {row.id: row.name for row in session.scalars(select(User).where(User.id.in_([one for one in ids if one])))}
    filled, reviewed, accepted = (known.get(one or 0, "") for one in ids)
    return filled, reviewed, accepted


def light_of(submission: Submission, today: date, near: int) -> Light:
    """How a form stands with its due day; ``near`` is how many days before it the light turns."""
    if submission.state not in OPEN_STATES and submission.submitted_at is not None:
        return Light.LATE if local_day(submission.submitted_at) > submission.due_on else Light.ON_TIME
    if today > submission.due_on:
        return Light.MISSING
    return Light.SOON if today >= submission.due_on - timedelta(days=near) else Light.OPEN


def remind_days(uow: UnitOfWork) -> int:
    """How many days before the due day a station is reminded."""
    return int(rule_value(uow.session, "filing_remind_days", uow.today))


# ---------- notices sent down ----------


def circulars() -> Select[*tuple[Any, ...]]:
    """Notices with how many stations they went to, read and answered them; the newest first; a policy narrows it."""

    def number(*where: Any) -> Any:
        receipts = select(func.count()).where(CircularReceipt.circular_id == Circular.id, *where)
        return receipts.correlate(Circular).scalar_subquery()

    return select(
        Circular,
        number(),
        number(CircularReceipt.read_at.is_not(None)),
        number(CircularReceipt.answered_at.is_not(None)),
    ).order_by(Circular.sent_at.desc(), Circular.id.desc())


def circular_named(public_id: str) -> Select[*tuple[Any, ...]]:
    """One notice with its counts."""
    return circulars().where(Circular.public_id == public_id)


def receipts_of(circular: Circular) -> Select[*tuple[Any, ...]]:
    """The stations of a notice, those that did nothing yet first."""
    return (
        select(CircularReceipt, Organization.name)
        .join(Organization, Organization.id == CircularReceipt.station_id)
        .where(CircularReceipt.circular_id == circular.id)
        .order_by(
            CircularReceipt.answered_at.is_not(None),
            CircularReceipt.read_at.is_not(None),
            Organization.region_path,
            CircularReceipt.id,
        )
        .execution_options(visible=frozenset({"organization"}))
    )


def own_receipts(session: Session, rows: Sequence[Circular], station_id: int | None) -> dict[int, CircularReceipt]:
    """The lines of one station by notice."""
    query = select(CircularReceipt).where(
        CircularReceipt.circular_id.in_([one.id for one in rows]), CircularReceipt.station_id == station_id
    )
    return {one.circular_id: one for one in session.scalars(query)}


def due_filings(uow: UnitOfWork) -> tuple[int, date | None]:
    """How many forms wait for the reader's office, to fill or to review, and the day the first one is due."""
    own = (Submission.station_id == (uow.actor.organization_id or 0)) & Submission.state.in_(OPEN_STATES)
    others = Submission.state.in_((SubmissionState.SUBMITTED, SubmissionState.REVIEWED)) & (
        Submission.filled_by_id.is_distinct_from(uow.actor.user_id)
    )
    query = select(func.count(), func.min(Submission.due_on)).select_from(Submission).where(own | others)
    number, first = uow.rows(visible_submissions(uow.actor, query))[0]
    return int(number), first
