"""What people are told about going on with school."""

from __future__ import annotations

from datetime import date

from jobmatch.core.i18n import day_words
from jobmatch.core.i18n import gettext as _


def place_runs_out(due_on: date) -> tuple[str, str]:
    """Title and body of the reminder that a kept place runs out."""
    return (
        _("复学、入学的期限快到了"),
        _("您的学籍或者入学资格保留到 %(day)s。要去读的，尽快和学校联系；不去了，也请说一声。", day=day_words(due_on)),
    )


def proof_accepted(school: str) -> tuple[str, str]:
    """Title and body once the paper was checked."""
    return _("在读证明核实好了"), _("%(school)s的在读情况已记进就业台账。毕业时告诉服务站，帮您找工作。", school=school)
