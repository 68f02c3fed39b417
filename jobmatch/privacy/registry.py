"""Every room that stores a person or an employer, from the top floor down: one line each.

``PEOPLE_ROOMS`` know a person by the id of the file; ``ACCOUNT_ROOMS`` lie below it and know the account;
``ORGANIZATION_ROOMS`` hold rows of an employer, which joining two of them moves.
"""

from __future__ import annotations

from types import ModuleType

import jobmatch.accounts.subjects
import jobmatch.applications.subjects
import jobmatch.casework.crosscheck.subjects
import jobmatch.casework.desk.subjects
import jobmatch.casework.families.subjects
import jobmatch.casework.intake.subjects
import jobmatch.casework.placement.subjects
import jobmatch.casework.plans.subjects
import jobmatch.casework.surveys.subjects
import jobmatch.casework.tasks.subjects
import jobmatch.casework.teams.subjects
import jobmatch.casework.visits.subjects
import jobmatch.complaints.subjects
import jobmatch.exchange.subjects
import jobmatch.fairs.day.subjects
import jobmatch.fairs.exhibitors.subjects
import jobmatch.fairs.outcomes.subjects
import jobmatch.fairs.visitors.subjects
import jobmatch.inbox.subjects
import jobmatch.matching.subjects
import jobmatch.people.subjects
import jobmatch.privacy.subjects
import jobmatch.reports.campaigns.subjects
import jobmatch.reports.filing.subjects
import recruiters.demand.subjects
import recruiters.employers.subjects
import recruiters.partners.subjects
import recruiters.postings.subjects
import training.courses.catalog.subjects
import training.courses.classroom.subjects
import training.courses.enrollment.subjects
import training.courses.results.subjects
import training.courses.schooling.subjects
import training.incubation.growth.subjects
import training.incubation.parks.subjects
import training.incubation.support.subjects
import training.incubation.ventures.subjects

PEOPLE_ROOMS: tuple[ModuleType, ...] = (
    jobmatch.privacy.subjects,
    jobmatch.reports.campaigns.subjects,
    jobmatch.reports.filing.subjects,
    jobmatch.exchange.subjects,
    jobmatch.complaints.subjects,
    jobmatch.fairs.outcomes.subjects,
    jobmatch.fairs.day.subjects,
    jobmatch.fairs.visitors.subjects,
    jobmatch.fairs.exhibitors.subjects,
    jobmatch.applications.subjects,
    jobmatch.matching.subjects,
    training.incubation.growth.subjects,
    training.incubation.support.subjects,
    training.incubation.parks.subjects,
    training.incubation.ventures.subjects,
    training.courses.schooling.subjects,
    training.courses.results.subjects,
    training.courses.classroom.subjects,
    training.courses.enrollment.subjects,
    recruiters.partners.subjects,
    jobmatch.casework.crosscheck.subjects,
    jobmatch.casework.desk.subjects,
    jobmatch.casework.families.subjects,
    jobmatch.casework.intake.subjects,
    jobmatch.casework.placement.subjects,
    jobmatch.casework.plans.subjects,
    jobmatch.casework.surveys.subjects,
    jobmatch.casework.teams.subjects,
    jobmatch.casework.visits.subjects,
    jobmatch.casework.tasks.subjects,
    jobmatch.people.subjects,
)
ORGANIZATION_ROOMS: tuple[ModuleType, ...] = (
    jobmatch.exchange.subjects,
    jobmatch.complaints.subjects,
    jobmatch.fairs.exhibitors.subjects,
    jobmatch.applications.subjects,
    training.incubation.parks.subjects,
    training.incubation.ventures.subjects,
    training.courses.catalog.subjects,
    recruiters.demand.subjects,
    recruiters.postings.subjects,
    recruiters.partners.subjects,
    recruiters.employers.subjects,
    jobmatch.casework.tasks.subjects,
    jobmatch.people.subjects,
    jobmatch.accounts.subjects,
)
ACCOUNT_ROOMS: tuple[ModuleType, ...] = (
    jobmatch.inbox.subjects,
    jobmatch.accounts.subjects,
)
