"""Messages of this room, made in the language of whoever reads them."""

from __future__ import annotations

from collections.abc import Callable

from jobmatch.core.i18n import day_words
from jobmatch.core.i18n import gettext as _
from jobmatch.reports.filing.calendar import period_words
from jobmatch.reports.filing.models import Submission

Words = Callable[[Submission, str], tuple[Callable[[], str], Callable[[], str]]]


def _what(submission: Submission) -> str:
    return _(
        "%(form)s，%(period)s",
        form=submission.form.label,
        period=period_words(submission.form, submission.period_from),
    )


def due(submission: Submission, station: str) -> tuple[Callable[[], str], Callable[[], str]]:
    """Title and body for a form that is not handed in yet."""
    return (
        lambda: _("请上报：%(what)s", what=_what(submission)),
        lambda: _(
            "%(station)s的这份报表 %(day)s到期，打开核对以后上报；没有数也要报零。",
            station=station,
            day=day_words(submission.due_on),
        ),
    )


def returned(submission: Submission, station: str) -> tuple[Callable[[], str], Callable[[], str]]:
    """Title and body for a form that was returned."""
    return (
        lambda: _("报表退回了：%(what)s", what=_what(submission)),
        lambda: _("%(station)s的这份报表要改，打开看退回的原因，改好再报。", station=station),
    )
