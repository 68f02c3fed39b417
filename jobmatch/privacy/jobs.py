"""Background work: sealing anew under the newest key, and ending what the retention periods end."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from jobmatch.core.jobs import JobContext
from jobmatch.core.queue import Timed
from jobmatch.privacy.services import keys
from jobmatch.privacy.services.purge import purge

DAY_MINUTES = 24 * 60


def rotate_keys(context: JobContext) -> dict[str, Any]:
    """Seal every value under the newest data key; what is left to do is read from the values themselves."""
    return {"values": keys.rotate(context.unit, context.progress)}


def purge_due(context: JobContext) -> dict[str, Any]:
    """End what is due today; the rest of a large number waits for the next day."""
    with context.unit() as uow:
        return asdict(purge(uow))


JOBS = {keys.ROTATE_JOB: rotate_keys, "privacy.purge": purge_due}
TIMED = (Timed("privacy.purge", DAY_MINUTES),)
