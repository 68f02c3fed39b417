"""Taking a list behind a number away as a file leaves a trace with its reason."""

from __future__ import annotations

from jobmatch.core.errors import Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.services.common import clean_line
from jobmatch.reports.indicators.base import Figure, Median
from jobmatch.reports.indicators.policies import can_read_people_behind

LEAST_WORDS = 4


def take_list(uow: UnitOfWork, figure: Figure | Median, *, path: str, reason: str) -> None:
    """Write down who takes the list of ``figure`` for the place ``path``, and why. Raises ``Invalid``."""
    require(can_read_people_behind(uow.actor) and uow.actor.reaches(path))
    uow.audit("figure.list_taken", reason=given_reason(reason), code=figure.code, path=path)


def given_reason(reason: str) -> str:
    """The reason as it is kept. Raises ``Invalid`` where it says nothing."""
    words: str = clean_line(reason)
    if len(words) < LEAST_WORDS:
        raise Invalid(fields={"reason": _("请写明下载做什么用，至少 4 个字")})
    return words
