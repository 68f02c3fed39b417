"""Background work: text messages to people without an account, reminders, seats that were added, and forgetting."""

from __future__ import annotations

from typing import Any

from jobmatch.accounts import ports
from jobmatch.core.jobs import JobContext, JobFunction
from jobmatch.core.queue import Timed
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.fairs.visitors.notices import sms_words
from jobmatch.fairs.visitors.services.linking import forget_contacts
from jobmatch.fairs.visitors.services.reminding import remind_visitors, tell_changes
from jobmatch.fairs.visitors.services.waiting import fill_all_seats


def tell(context: JobContext, *, registration_id: int, what: str) -> dict[str, Any]:
    """Send one text message to somebody without an account. A gateway that is away raises, so it is tried again."""
    with context.unit(writing=False) as uow:
        registration = uow.session.get_one(FairRegistration, registration_id)
        fair = uow.session.get_one(JobFair, registration.fair_id)
        phone, words = registration.phone, sms_words(fair, registration, what)
    if not phone:
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
