"""The one visible list of rooms, from the top floor down."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy.orm import Session

from jobmatch.accounts.room import ROOM as ACCOUNTS
from jobmatch.applications.room import ROOM as APPLICATIONS
from jobmatch.bulletins.room import ROOM as BULLETINS
from jobmatch.casework.benefits.room import ROOM as BENEFITS
from jobmatch.casework.crosscheck.room import ROOM as CROSSCHECK
from jobmatch.casework.desk.room import ROOM as DESK
from jobmatch.casework.families.room import ROOM as FAMILIES
from jobmatch.casework.intake.hooks import when_wished
from jobmatch.casework.intake.room import ROOM as INTAKE
from jobmatch.casework.placement.room import ROOM as PLACEMENT
from jobmatch.casework.plans.room import ROOM as PLANS
from jobmatch.casework.stations.room import ROOM as STATIONS
from jobmatch.casework.surveys.room import ROOM as SURVEYS
from jobmatch.casework.tasks.room import ROOM as TASKS
from jobmatch.casework.teams.room import ROOM as TEAMS
from jobmatch.casework.visits.room import ROOM as VISITS
from jobmatch.complaints.room import ROOM as COMPLAINTS
from jobmatch.core.jobs import JobFunction
from jobmatch.core.queue import Timed
from jobmatch.core.uow import UnitOfWork
from jobmatch.exchange.machine.events import EventKind, record_event
from jobmatch.exchange.machine.figures import FigureLine, ask_figures
from jobmatch.exchange.machine.room import ROOM as MACHINE
from jobmatch.exchange.open_data.rates import FiledLine, ask_filed
from jobmatch.exchange.open_data.room import ROOM as OPEN_DATA
from jobmatch.exchange.room import ROOM as EXCHANGE
from jobmatch.exchange.tables.room import ROOM as TABLES
from jobmatch.fairs.day.room import ROOM as FAIRDAY
from jobmatch.fairs.day.services.moves import record_moved
from jobmatch.fairs.day.services.queues import record_queue_back, record_queue_ended
from jobmatch.fairs.day.services.resumes import take_back_resumes
from jobmatch.fairs.exhibitors.room import ROOM as EXHIBITORS
from jobmatch.fairs.exhibitors.services.ranking import ask_registered
from jobmatch.fairs.halls.room import ROOM as HALLS
from jobmatch.fairs.halls.services.assigning import record_given_up
from jobmatch.fairs.halls.services.laying import record_cloned
from jobmatch.fairs.halls.services.proposing import ask_visited_by_wheelchair
from jobmatch.fairs.outcomes.room import ROOM as FAIR_OUTCOMES
from jobmatch.fairs.outcomes.services.sealing import unsealed_fairs
from jobmatch.fairs.planning.room import ROOM as PLANNING
from jobmatch.fairs.planning.services.happenings import when
from jobmatch.fairs.publicity.room import ROOM as PUBLICITY
from jobmatch.fairs.visitors.crowd import registered_people, visited_by_wheelchair
from jobmatch.fairs.visitors.room import ROOM as VISITORS
from jobmatch.fairs.visitors.services.linking import forget_later, when_unlinked
from jobmatch.home.hooks import ask_due_filings
from jobmatch.home.room import ROOM as HOME
from jobmatch.inbox.room import ROOM as INBOX
from jobmatch.matching.room import ROOM as MATCHING
from jobmatch.pathways.room import ROOM as PATHWAYS
from jobmatch.pathways.services import when_called
from jobmatch.people.room import ROOM as PEOPLE
from jobmatch.privacy.room import ROOM as PRIVACY
from jobmatch.reference.room import ROOM as REFERENCE
from jobmatch.reports.campaigns.room import ROOM as CAMPAIGNS
from jobmatch.reports.campaigns.spots import falsity
from jobmatch.reports.figures.hooks import ask_falsity
from jobmatch.reports.figures.queries import rate
from jobmatch.reports.figures.room import ROOM as FIGURES
from jobmatch.reports.filing.hooks import when_accepted
from jobmatch.reports.filing.models import Submission
from jobmatch.reports.filing.published import published_year_tables
from jobmatch.reports.filing.queries import due_filings
from jobmatch.reports.filing.room import ROOM as FILING
from jobmatch.reports.indicators.rates import RATES
from jobmatch.reports.papers.room import ROOM as PAPERS
from jobmatch.reports.slices.room import ROOM as SLICES
from jobmatch.reports.superiors.room import ROOM as SUPERIORS
from jobmatch.web.room import Room
from recruiters.demand.room import ROOM as DEMAND
from recruiters.employers.room import ROOM as EMPLOYERS
from recruiters.partners.room import ROOM as PARTNERS
from recruiters.postings.room import ROOM as POSTINGS
from training.courses.catalog.room import ROOM as CATALOG
from training.courses.classes.room import ROOM as CLASSES
from training.courses.classes.services.happenings import ask_last_class, when_canceled
from training.courses.classroom.room import ROOM as CLASSROOM
from training.courses.enrollment.room import ROOM as ENROLLMENT
from training.courses.enrollment.services.calls import record_calls
from training.courses.enrollment.services.moving import record_session_canceled
from training.courses.payments.queries import allowance_paid, started_by_register
from training.courses.payments.room import ROOM as PAYMENTS
from training.courses.payments.services.making import ask_started
from training.courses.results.queries import ask_allowances, last_class_words
from training.courses.results.room import ROOM as CLASS_OUTCOMES
from training.courses.schooling.room import ROOM as SCHOOLING
from training.incubation.growth.queries import jobs_created
from training.incubation.growth.room import ROOM as GROWTH
from training.incubation.parks.hooks import ask_jobs
from training.incubation.parks.room import ROOM as PARKS
from training.incubation.support.room import ROOM as SUPPORTS
from training.incubation.ventures.queries import started_between
from training.incubation.ventures.room import ROOM as VENTURES
from training.incubation.ventures.services.wishes import record_intake_taken_back, record_intake_wish

ROOMS: tuple[Room, ...] = (
    HOME,
    PRIVACY,
    CAMPAIGNS,
    SUPERIORS,
    PAPERS,
    FILING,
    SLICES,
    FIGURES,
    MACHINE,
    OPEN_DATA,
    TABLES,
    EXCHANGE,
    COMPLAINTS,
    BULLETINS,
    PUBLICITY,
    FAIRDAY,
    VISITORS,
    HALLS,
    EXHIBITORS,
    PLANNING,
    FAIR_OUTCOMES,
    APPLICATIONS,
    PATHWAYS,
    MATCHING,
    GROWTH,
    SUPPORTS,
    PARKS,
    VENTURES,
    SCHOOLING,
    CLASS_OUTCOMES,
    PAYMENTS,
    CLASSROOM,
    ENROLLMENT,
    CLASSES,
    CATALOG,
    DEMAND,
    POSTINGS,
    PARTNERS,
    EMPLOYERS,
    PLACEMENT,
    PLANS,
    STATIONS,
    SURVEYS,
    TEAMS,
    FAMILIES,
    INTAKE,
    VISITS,
    TASKS,
    BENEFITS,
    DESK,
    CROSSCHECK,
    PEOPLE,
    INBOX,
    ACCOUNTS,
    REFERENCE,
)


def _jobs_of(uow: UnitOfWork, venture_ids: Collection[int]) -> int:
    """Jobs of these ventures today."""
    return jobs_created(uow.session, venture_ids, uow.today)


def _started(session: Session, person_ids: Collection[int], since: date, until: date) -> set[int]:
    """Who started a business: by the ventures that are followed, and by the employment register."""
    by_venture = started_between(session, person_ids, since, until)
    return by_venture | started_by_register(session, person_ids, since, until)


def _rates_of(uow: UnitOfWork, path: str) -> list[FigureLine]:
    """The employment rates below a path today, each with its definition."""
    counted = ((kind, rate(uow, kind, uow.today, path=path)) for kind in RATES.values())
    return [
        FigureLine(
            kind.code,
            kind.name,
            kind.formula,
            kind.population,
            found.day,
            found.numerator,
            found.denominator,
            found.unknown,
            found.percent,
        )
        for kind, found in counted
    ]


def _tell_accepted(uow: UnitOfWork, submission: Submission) -> None:
    """Webhooks hear of an accepted submission."""
    record_event(uow, EventKind.SUBMISSION, public_id=submission.public_id, region_path=submission.region_path)


def _filed_of(uow: UnitOfWork) -> list[FiledLine]:
    """The sums of accepted year tables; what was frozen without a second signature is none."""
    return [
        FiledLine(one.region_path, one.period_from.year, one.cut_off_on, one.confirmed_at, row.counts)
        for one, row in published_year_tables(uow)
        if one.confirmed_at is not None
    ]


when_accepted(_tell_accepted)
ask_figures(_rates_of)
ask_due_filings(due_filings, "filing.filings")
ask_filed(_filed_of)
ask_registered(registered_people)
when_wished(record_intake_wish, record_intake_taken_back)
ask_started(_started)
ask_allowances(allowance_paid)
when_unlinked(take_back_resumes)
ask_visited_by_wheelchair(visited_by_wheelchair)
forget_later(unsealed_fairs)
when("gave_up", record_given_up)
when("left", record_queue_ended)
when("came_back", record_queue_back)
when("moved", record_moved)
when("cloned", record_cloned)
when_canceled(record_session_canceled)
ask_last_class(last_class_words)
when_called(record_calls)
ask_jobs(_jobs_of)
ask_falsity(falsity)


def job_functions() -> Mapping[str, JobFunction]:
    """Every job function of the house by its name (``room.job``)."""
    return {name: function for room in ROOMS for name, function in room.jobs.items()}


def timed_work() -> tuple[Timed, ...]:
    """Every piece of work that comes back."""
    return tuple(item for room in ROOMS for item in room.timed)
