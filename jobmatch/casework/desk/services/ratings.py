"""The satisfaction question: asked by message, answered by the person; what was written down for them stands apart.

It is generic: ``about`` is a key such as ``desk:<public id>``; what stands before the colon names the kind of service.
"""

from __future__ import annotations

from functools import partial

from sqlalchemy import select

from jobmatch.accounts.models import User
from jobmatch.casework.desk import notices
from jobmatch.casework.desk.models import Rating
from jobmatch.casework.desk.policies import can_rate, can_rate_for
from jobmatch.casework.desk.states import RATING_LEVELS
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.services import send
from jobmatch.inbox.states import MessageGroup
from jobmatch.people.models.person import Person


def record_rating_question(uow: UnitOfWork, *, about: str, title: str, person: Person) -> Rating:
    """Ask a person once about a service they got; the same ``about`` again asks nothing."""
    rating = _find(uow, about)
    if rating is not None:
        return rating
    rating = Rating(
        about=about, title=title[:120], person_id=person.id, region_path=person.region_path, asked_at=uow.now
    )
    uow.session.add(rating)
    uow.session.flush()
    user = uow.session.get(User, person.user_id) if person.user_id else None
    if user is not None:
        send(
            uow,
            user,
            group=MessageGroup.ACCOUNT,
            title=partial(_part, rating.title, 0),
            body=partial(_part, rating.title, 1),
            link=f"/me/ratings/{rating.public_id}",
            once=f"rating:{about}",
        )
    return rating


def _part(title: str, place: int) -> str:
    return notices.please_rate(title)[place]


def record_rating(
    uow: UnitOfWork, *, about: str, person: Person, level: int, title: str = "", is_proxy: bool = False
) -> Rating:
    """Store an answer (1 to 5) that a room above got itself; asked at the same moment where it was not asked before."""
    rating = _find(uow, about)
    if rating is None:
        rating = Rating(
            about=about,
            title=(title or about)[:120],
            person_id=person.id,
            region_path=person.region_path,
            asked_at=uow.now,
        )
        uow.session.add(rating)
    return _store(uow, rating, level, is_proxy=is_proxy)


def rate(uow: UnitOfWork, rating: Rating, *, level: int | None) -> Rating:
    """The person answers, once. Raises ``Invalid`` without an answer and ``Conflict`` where another was given."""
    person = uow.session.get(Person, rating.person_id) if rating.person_id else None
    require(can_rate(uow.actor, rating, person))
    return _store(uow, rating, level, is_proxy=False)


def rate_for(uow: UnitOfWork, rating: Rating, *, level: int | None) -> Rating:
    """Staff write down what the person said; it is marked as such and never counted with the person's own answers."""
    require(can_rate_for(uow.actor, rating))
    return _store(uow, rating, level, is_proxy=True)


def _find(uow: UnitOfWork, about: str) -> Rating | None:
    return uow.session.scalars(select(Rating).where(Rating.about == about)).one_or_none()


def _store(uow: UnitOfWork, rating: Rating, level: int | None, *, is_proxy: bool) -> Rating:
    if level not in RATING_LEVELS:
        raise Invalid(fields={"level": _("请选一项")})
    given = rating.proxy_level if is_proxy else rating.level
    if given is not None and given != level:
        raise Conflict(_("这次服务已经评价过了"))
    if given is None and is_proxy:
        rating.proxy_level, rating.proxy_at, rating.proxy_by_id = level, uow.now, uow.actor.user_id
    elif given is None:
        rating.level, rating.answered_at = level, uow.now
    uow.session.flush()
    if given is None:
        uow.audit("rating.answer", rating, proxy=is_proxy)
    return rating
