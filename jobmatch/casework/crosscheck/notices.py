"""Messages that the room sends, in the recipient's language."""

from __future__ import annotations

from jobmatch.core.i18n import gettext as _


def still_there(employer: str, months: int) -> tuple[str, str]:
    """Title and body of the question whether somebody still works there; ``months`` 0 is before validity ends."""
    where = employer or _("现在的工作")
    if months:
        title = _("入职 %(n)s 个月了，还在%(where)s吗？", n=months, where=where)
    else:
        title = _("还在%(where)s吗？", where=where)
    return title, _("点开选一项就行，不用填别的。我们不会告诉您现在的单位。")


def check_task(months: int) -> str:
    """Title of the task of staff."""
    return _("就业回访：入职 %(n)s 个月", n=months) if months else _("就业回访：核实快到期")
