"""Applications and the log of their moves."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from jobmatch.applications.states import ENDED, LIVE, ApplicationState, ContactTime, Move, Side
from jobmatch.core.db import Base, PublicIdMixin, VersionMixin
from jobmatch.core.states import stored
from jobmatch.core.uow import SCOPED
from jobmatch.people.models.consents import Grant
from jobmatch.people.models.person import Person
from recruiters.postings.models import Posting

_LIVE_SQL = "state IN (" + ", ".join(f"'{state.value}'" for state in LIVE) + ")"
_ENDED_SQL = "state IN (" + ", ".join(f"'{state.value}'" for state in ENDED) + ")"


class Application(PublicIdMixin, VersionMixin, Base):
    """One person applying to one posting; one live application per pair.

    ``fit`` is how the pair looked when it was sent: the lines of the explanation, so that lists need no ranking.
    ``applied_by_id`` is the member of staff who sent it in the person's place; the employer is not told.
    ``organization_id`` (the employer's) and ``region_path`` (the person's) are the two scopes it is seen through.
    """

    __tablename__ = "application"
    __table_args__ = (
        Index(
            "uq_application_live",
            "person_id",
            "posting_id",
            unique=True,
            sqlite_where=text(_LIVE_SQL),
            postgresql_where=text(_LIVE_SQL),
        ),
        Index("ix_application_organization_state", "organization_id", "state"),
        Index("ix_application_region_path", "region_path"),
        CheckConstraint("state != 'interview' OR interview_at IS NOT NULL", name="interview_has_time"),
        CheckConstraint("state != 'offered' OR offered_at IS NOT NULL", name="offer_has_date"),
        CheckConstraint("state NOT IN ('hired', 'started') OR hired_at IS NOT NULL", name="hire_has_date"),
        CheckConstraint("state != 'started' OR started_on IS NOT NULL", name="start_has_day"),
        CheckConstraint("state != 'rejected' OR reason_code IS NOT NULL", name="rejection_has_reason"),
        CheckConstraint(f"({_ENDED_SQL}) = (ended_at IS NOT NULL)", name="end_has_time"),
        CheckConstraint("met_count BETWEEN 0 AND total_count", name="met_count"),
        {"info": SCOPED},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id"), index=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    region_path: Mapped[str] = mapped_column(String(80))
    grant_id: Mapped[int] = mapped_column(ForeignKey("grant.id"))
    applied_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    state: Mapped[ApplicationState] = mapped_column(
        stored(ApplicationState, "state"), default=ApplicationState.SUBMITTED
    )
    note: Mapped[str] = mapped_column(String(500), default="", info={"data": "recruit-3y"})
    contact_time: Mapped[ContactTime] = mapped_column(stored(ContactTime, "contact_time"), default=ContactTime.ANY)
    score: Mapped[int | None]
    fit: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, info={"data": "recruit-3y"})
    met_count: Mapped[int] = mapped_column(default=0)
    total_count: Mapped[int] = mapped_column(default=0)
    answer_due_on: Mapped[date]
    answered_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    interview_at: Mapped[datetime | None]
    interview_place: Mapped[str] = mapped_column(String(200), default="")
    interview_confirmed_at: Mapped[datetime | None]
    interview_wish: Mapped[str] = mapped_column(String(200), default="", info={"data": "recruit-3y"})
    offer_pay: Mapped[str] = mapped_column(String(60), default="")
    offer_start_on: Mapped[date | None]
    offered_at: Mapped[datetime | None]
    hired_at: Mapped[datetime | None]
    start_reported_on: Mapped[date | None]
    started_on: Mapped[date | None]
    reason_code: Mapped[str | None] = mapped_column(ForeignKey("reason.code"))
    ended_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    state_since: Mapped[datetime]
    person: Mapped[Person] = relationship(lazy="raise")
    posting: Mapped[Posting] = relationship(lazy="raise")
    grant: Mapped[Grant] = relationship(lazy="raise")
    moves: Mapped[list[ApplicationMove]] = relationship(lazy="raise", order_by="ApplicationMove.id")

    __mapper_args__ = {"version_id_col": VersionMixin.version}


class ApplicationHandOver(Base):
    """That a colleague of the employer's may read an application, without contact data."""

    __tablename__ = "application_hand_over"
    __table_args__ = (UniqueConstraint("application_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class ApplicationMove(Base):
    """One move of an application: from where to where, by which side, when and why.

    A row without a move is the submission (no ``from_state``) or a note of staff (both states equal).
    """

    __tablename__ = "application_move"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    move: Mapped[Move | None] = mapped_column(stored(Move, "move"))
    from_state: Mapped[ApplicationState | None] = mapped_column(stored(ApplicationState, "from_state"))
    to_state: Mapped[ApplicationState] = mapped_column(stored(ApplicationState, "to_state"))
    side: Mapped[Side] = mapped_column(stored(Side, "side"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    reason_code: Mapped[str | None] = mapped_column(ForeignKey("reason.code"))
    note: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]
