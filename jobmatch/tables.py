"""Every table of the house, imported once so that the metadata is complete (migrations, tests, start-up)."""

from __future__ import annotations

import jobmatch.accounts.models
import jobmatch.applications.models
import jobmatch.bulletins.models
import jobmatch.casework.benefits.models
import jobmatch.casework.crosscheck.models
import jobmatch.casework.desk.models
import jobmatch.casework.families.models
import jobmatch.casework.intake.models
import jobmatch.casework.placement.models
import jobmatch.casework.plans.models
import jobmatch.casework.stations.models
import jobmatch.casework.surveys.models
import jobmatch.casework.tasks.models
import jobmatch.casework.teams.models
import jobmatch.casework.visits.models
import jobmatch.complaints.models
import jobmatch.core.audit
import jobmatch.core.files
import jobmatch.core.job_rows
import jobmatch.core.replay
import jobmatch.exchange.models
import jobmatch.fairs.day.models
import jobmatch.fairs.exhibitors.models
import jobmatch.fairs.halls.models
import jobmatch.fairs.outcomes.models
import jobmatch.fairs.planning.models
import jobmatch.fairs.visitors.models
import jobmatch.inbox.models
import jobmatch.matching.models
import jobmatch.people.models.consents
import jobmatch.people.models.person
import jobmatch.people.models.register
import jobmatch.privacy.models
import jobmatch.reference.models
import jobmatch.reports.campaigns.models
import jobmatch.reports.filing.models
import jobmatch.reports.papers.models
import jobmatch.reports.superiors.models  # noqa: F401
import recruiters.demand.models
import recruiters.employers.models
import recruiters.partners.models
import recruiters.postings.models  # noqa: F401
import training.courses.catalog.models
import training.courses.classes.models
import training.courses.classroom.models
import training.courses.enrollment.models
import training.courses.payments.models
import training.courses.results.models
import training.courses.schooling.models
import training.incubation.growth.models
import training.incubation.parks.models
import training.incubation.support.models
import training.incubation.ventures.models  # noqa: F401
from jobmatch.core.db import Base

metadata = Base.metadata
