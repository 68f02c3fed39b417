"""Every table of the house, imported once so that the metadata is complete (migrations, tests, start-up)."""

from __future__ import annotations

import jobmatch.accounts.models  # noqa: F401
import jobmatch.applications.models  # noqa: F401
import jobmatch.core.audit  # noqa: F401
import jobmatch.core.jobs  # noqa: F401
import jobmatch.core.replay  # noqa: F401
import jobmatch.exchange.models  # noqa: F401
import jobmatch.inbox.models  # noqa: F401
import jobmatch.matching.models  # noqa: F401
import jobmatch.people.models  # noqa: F401
import jobmatch.reference.models  # noqa: F401
import recruiters.employers.models  # noqa: F401
import recruiters.postings.models  # noqa: F401
from jobmatch.core.db import Base

metadata = Base.metadata
