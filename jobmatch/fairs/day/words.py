"""What a scan's result says on the screen: a kind (which color and sign), a title, and lines that say how to go on."""

from __future__ import annotations

from typing import Any

from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.day.desk_queries import first_booths, needs_of
from jobmatch.fairs.day.services.checking_in import Answer, first_words, way_on
from jobmatch.fairs.day.states import ScanResult


def hit_of(uow: UnitOfWork, answer: Answer, *, with_booths: bool = True, with_needs: bool = False) -> dict[str, Any]:
    """``kind``, ``title`` and ``lines`` of the panel that fills the screen.

    ``with_needs``: staff read it, who help where help is needed; the poster's page tells nobody.
    """
    needs = needs_of(uow.session, answer.registration_id) if with_needs and answer.registration_id else []
    help_ = [_("需要照顾的：%(needs)s", needs=_("；").join(needs))] if needs else []
    if answer.result is ScanResult.OK:
        lines = [*help_, _("签到成功，第 %(n)s 位", n=answer.number)]
        booths = first_booths(uow.session, answer.registration_id) if with_booths and answer.registration_id else []
        if booths:
            lines.append(_("先去 %(booths)s", booths=_("、").join(booths)))
        return {"kind": "ok", "title": answer.name or _("签到成功"), "lines": lines}
    if answer.result is ScanResult.REPEATED:
        return {"kind": "warn", "title": answer.name or _("已经签过到"), "lines": [*help_, first_words(answer)]}
    return {"kind": "bad", "title": answer.name or answer.result.label, "lines": [answer.words or way_on(answer)]}
