"""Every room that stores a person, from the top floor down: one line each.

``PEOPLE_ROOMS`` know a person by the id of the file; ``ACCOUNT_ROOMS`` lie below it and know the account.
"""

from __future__ import annotations

from types import ModuleType

import jobmatch.accounts.subjects
import jobmatch.applications.subjects
import jobmatch.casework.tasks.subjects
import jobmatch.inbox.subjects
import jobmatch.matching.subjects
import jobmatch.people.subjects
import jobmatch.privacy.subjects

PEOPLE_ROOMS: tuple[ModuleType, ...] = (
    jobmatch.privacy.subjects,
    jobmatch.applications.subjects,
    jobmatch.matching.subjects,
    jobmatch.casework.tasks.subjects,
    jobmatch.people.subjects,
)
ACCOUNT_ROOMS: tuple[ModuleType, ...] = (
    jobmatch.inbox.subjects,
    jobmatch.accounts.subjects,
)
