"""Messages of this room, made in the language of whoever reads them."""

from __future__ import annotations

from collections.abc import Callable

from jobmatch.core.i18n import day_words
from jobmatch.core.i18n import gettext as _
from jobmatch.reports.filing.calendar import period_words
from jobmatch.reports.filing.models import Circular, Submission

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


def circular(row: Circular, *, is_again: bool) -> tuple[Callable[[], str], Callable[[], str]]:
    """Title and body for a notice that came down, or that still waits to be read or answered."""

    def title() -> str:
        return _("请看通知：%(title)s", title=row.title) if is_again else _("新通知：%(title)s", title=row.title)

    def body() -> str:
        if not row.asks_answer:
            return _("看过以后请按“已看到”。")
        if row.due_on is None:
            return _("看过以后请写回执。")
        return _("看过以后请写回执，%(day)s前。", day=day_words(row.due_on))

    return title, body
