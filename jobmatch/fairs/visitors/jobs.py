"""Background work: text messages to people without an account, reminders, seats that were added, and forgetting."""

from __future__ import annotations

from typing import Any

from jobmatch.accounts import ports
from jobmatch.accounts.services.throttles import brake
from jobmatch.core.errors import Limited
from jobmatch.core.jobs import JobContext, JobFunction
from jobmatch.core.queue import Timed
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.fairs.visitors.notices import sms_words
from jobmatch.fairs.visitors.services.linking import forget_contacts
from jobmatch.fairs.visitors.services.reminding import remind_visitors, tell_changes
from jobmatch.fairs.visitors.services.waiting import fill_all_seats
from jobmatch.fairs.visitors.states import RegistrationWay

TEXTS_PER_PHONE = 2
TEXTS_PER_SITE = 600
"""Texts in a quarter of an hour to phones that were only typed: nobody is pestered, and no script runs up a bill."""


def tell(context: JobContext, *, registration_id: int, what: str, booth: str = "") -> dict[str, Any]:
    """Send one text message to somebody without an account. A gateway that is away raises, so it is tried again.

    Anybody can type anybody's phone: what follows at once on that has its share for each phone and for the site.
    """
    with context.unit(writing=False) as uow:
        registration = uow.session.get_one(FairRegistration, registration_id)
        fair = uow.session.get_one(JobFair, registration.fair_id)
        phone, words = registration.phone, sms_words(fair, registration, what, booth)
        is_typed = registration.way is RegistrationWay.WEB and what in {"ticket", "waiting"}
    if not phone:
        return {"sent": False}
    if is_typed:
        try:
            with context.unit() as uow:
                brake(uow, {f"fair-text|{phone}": TEXTS_PER_PHONE, "fair-texts|": TEXTS_PER_SITE})
        except Limited:
            # The ticket stands on the page that registered; the reminder of the day before still comes.
            return {"sent": False}
    if not ports.send_code(phone, words):
        raise OSError("the gateway did not take the message")
    return {"sent": True}


def tend(context: JobContext) -> dict[str, Any]:
    """Seats that came free, what changed, then reminders; running it twice tells nobody twice."""
    return {
        "seats": context.until_done(fill_all_seats),
        "told": context.until_done(tell_changes),
        "reminded": context.until_done(remind_visitors),
    }


def forget(context: JobContext) -> dict[str, Any]:
    """Contacts of people without a file whose fair is long over."""
    return {"forgotten": context.until_done(forget_contacts)}


JOBS: dict[str, JobFunction] = {"visitors.tell": tell, "visitors.tend": tend, "visitors.forget": forget}
TIMED = (Timed("visitors.tend", 10), Timed("visitors.forget", 24 * 60))
