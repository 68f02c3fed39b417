"""The ticket on paper, for people without a phone: what the desk scans, what can be typed, and where to go first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jobmatch.core.clock import SHANGHAI
from jobmatch.core.i18n import use_locale
from jobmatch.core.pdf import qr_svg_bytes, render_pdf
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.fairs.visitors.plans_queries import PlannedBooth
from jobmatch.fairs.visitors.states import VisitorNeed
from jobmatch.fairs.visitors.tickets import ticket_text

TICKET = Path(__file__).parent / "templates" / "visitors" / "ticket.typ"


def ticket_pdf(
    fair: JobFair, registration: FairRegistration, plan: Sequence[PlannedBooth], *, is_large: bool = False
) -> bytes:
    """One ticket on A6; ``is_large``, or asked for when registering: the same on A4, for weak eyes."""
    opens, closes = (at.astimezone(SHANGHAI) for at in (fair.opens_at, fair.closes_at))
    with use_locale("zh"):
        data = {
            "title": fair.title,
            "name": registration.name,
            "code": f"{registration.code[:4]} {registration.code[4:]}",
            "when": f"{opens.month} 月 {opens.day} 日 {opens:%H:%M}–{closes:%H:%M}",
            "place": "，".join(part for part in (fair.place, fair.address) if part),
            "way": fair.way_there,
            "phone": fair.contact_phone,
            "needs": "；".join(VisitorNeed(one).label for one in registration.needs),
            "booths": [{"number": one.booth, "name": one.employer, "posting": one.posting} for one in plan],
            "is_large": is_large or VisitorNeed.LARGE_PRINT.value in registration.needs,
        }
    code = qr_svg_bytes(ticket_text(fair.public_id, registration.public_id))
    return render_pdf(TICKET, data, files={"qr": code})
