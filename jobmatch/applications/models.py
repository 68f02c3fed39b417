"""Applications and the log of their moves."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from jobmatch.applications.states import (
    ENDED,
    LIVE,
    ApplicationState,
    Attendance,
    CheckOutcome,
    ContactTime,
    ContractKind,
    InterviewResult,
    LinkPurpose,
    Move,
    Side,
    Stage,
    StillThere,
)
from jobmatch.core.db import Base, PublicIdMixin, VersionMixin
from jobmatch.core.files import StoredFile
from jobmatch.core.region_paths import RegionPath
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
    ``applied_by_id`` is the member of staff who sent it in the person's place; the employer is not told. ``support_id``
    is the recommendation slip where the station recommended the person (``recommended_by_id``); both sides see that.
    ``nudge_step`` counts the reminders of the employer while it gave no first answer.
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
    region_path: Mapped[str] = mapped_column(RegionPath)
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
    nudge_step: Mapped[int] = mapped_column(default=0, server_default="0")
    recommended_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    support_id: Mapped[int | None] = mapped_column(ForeignKey("support.id"), index=True)
    slots_offered_at: Mapped[datetime | None]
    slot_id: Mapped[int | None] = mapped_column(ForeignKey("interview_slot.id"), index=True)
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
    interviews: Mapped[list[Interview]] = relationship(lazy="raise", order_by="Interview.id")
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


class InterviewSlot(PublicIdMixin, Base):
    """A time and place at which so many people may come; ``taken`` moves by guarded statements only."""

    __tablename__ = "interview_slot"
    __table_args__ = (
        CheckConstraint("taken BETWEEN 0 AND capacity", name="taken"),
        CheckConstraint("capacity BETWEEN 1 AND 200 AND minutes BETWEEN 5 AND 480", name="size"),
        Index("ix_interview_slot_posting", "posting_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id"))
    place: Mapped[str] = mapped_column(String(200))
    starts_at: Mapped[datetime]
    minutes: Mapped[int] = mapped_column(default=30)
    capacity: Mapped[int] = mapped_column(default=1)
    taken: Mapped[int] = mapped_column(default=0)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Interview(PublicIdMixin, Base):
    """One appointment: what the person said the day before, and what came of it. One standing per application.

    ``is_no_show`` holds only where the person said 我去, or was asked and said nothing. ``struck_at`` is when the
    station found their objection right; then it counts nowhere.
    """

    __tablename__ = "interview"
    __table_args__ = (
        CheckConstraint("(result IS NULL) = (result_at IS NULL)", name="result_time"),
        CheckConstraint("NOT is_no_show OR result = 'absent'", name="no_show"),
        Index(
            "uq_interview_standing",
            "application_id",
            unique=True,
            sqlite_where=text("cancelled_at IS NULL"),
            postgresql_where=text("cancelled_at IS NULL"),
        ),
        Index("ix_interview_starts_at", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    slot_id: Mapped[int | None] = mapped_column(ForeignKey("interview_slot.id"), index=True)
    starts_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    attendance: Mapped[Attendance | None] = mapped_column(stored(Attendance, "attendance"))
    attendance_at: Mapped[datetime | None]
    result: Mapped[InterviewResult | None] = mapped_column(stored(InterviewResult, "result"))
    result_at: Mapped[datetime | None]
    is_no_show: Mapped[bool] = mapped_column(default=False)
    objection: Mapped[str] = mapped_column(String(300), default="", info={"data": "recruit-3y"})
    objected_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    struck_at: Mapped[datetime | None]


class PhoneLink(Base):
    """A link that opens one act on one interview without an account; only the hash of its token is kept."""

    __tablename__ = "phone_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    interview_id: Mapped[int] = mapped_column(ForeignKey("interview.id"), index=True)
    purpose: Mapped[LinkPurpose] = mapped_column(stored(LinkPurpose, "purpose"))
    expires_at: Mapped[datetime]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class StartEffect(Base):
    """What the confirmation of a start changed in one application, as it was before, so that undoing is exact.

    The row of the started application itself holds the search state and the lines of the register. ``restored_at`` is
    when it was put back, ``loss`` in words what could not be.
    """

    __tablename__ = "start_effect"
    __table_args__ = (Index("ix_start_effect_started", "started_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    started_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    before: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime]
    restored_at: Mapped[datetime | None]
    loss: Mapped[str] = mapped_column(String(200), default="")


class PostingDocument(Base):
    """A document that a posting asks for at a stage; never at submission."""

    __tablename__ = "posting_document"
    __table_args__ = (UniqueConstraint("posting_id", "kind_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id"))
    kind_code: Mapped[str] = mapped_column(ForeignKey("document_kind.code"))
    stage: Mapped[Stage] = mapped_column(stored(Stage, "stage"))


class ApplicationDocument(PublicIdMixin, Base):
    """A document that somebody handed in for one application; it goes when the application is over."""

    __tablename__ = "application_document"
    __table_args__ = (UniqueConstraint("application_id", "kind_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    kind_code: Mapped[str] = mapped_column(ForeignKey("document_kind.code"))
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    created_at: Mapped[datetime]
    looked_count: Mapped[int] = mapped_column(default=0)
    looked_at: Mapped[datetime | None]
    file: Mapped[StoredFile] = relationship(lazy="raise")


class RetentionCheck(PublicIdMixin, Base):
    """The question to the employer, some months after a start, whether somebody is still there.

    The person's own answer is the ``EmploymentCheck`` on the same line of the register; ``outcome`` compares the two.
    """

    __tablename__ = "retention_check"
    __table_args__ = (
        UniqueConstraint("application_id", "months"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered"),
        CheckConstraint("left_on IS NULL OR answer = 'left'", name="left_on"),
        CheckConstraint("(outcome IS NULL) = (settled_at IS NULL)", name="settled"),
        Index("ix_retention_check_open", "settled_at", "answered_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    spell_id: Mapped[int] = mapped_column(ForeignKey("employment_spell.id"), index=True)
    months: Mapped[int]
    due_on: Mapped[date]
    created_at: Mapped[datetime]
    answer: Mapped[StillThere | None] = mapped_column(stored(StillThere, "answer"))
    left_on: Mapped[date | None]
    reason_code: Mapped[str | None] = mapped_column(ForeignKey("reason.code"))
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    outcome: Mapped[CheckOutcome | None] = mapped_column(stored(CheckOutcome, "outcome"))
    settled_at: Mapped[datetime | None]
    application: Mapped[Application] = relationship(lazy="raise")


class HireRecord(Base):
    """录用登记 of one hire: contract, insurance and perhaps pay, as the employer says; the start is the application's.

    ``insurances`` are values of ``Insurance``. ``is_self_arranged``: the employer saw a discharge certificate that says
    自主就业, which the tax estimate asks for.
    """

    __tablename__ = "hire_record"
    __table_args__ = (
        CheckConstraint("contract_to IS NULL OR contract_to >= contract_from", name="contract"),
        CheckConstraint("(contract_kind != 'open') OR contract_to IS NULL", name="open_end"),
        CheckConstraint("pay_yuan IS NULL OR pay_yuan BETWEEN 1 AND 1000000", name="pay"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), unique=True)
    contract_kind: Mapped[ContractKind] = mapped_column(stored(ContractKind, "contract_kind"))
    contract_from: Mapped[date]
    contract_to: Mapped[date | None]
    insurances: Mapped[list[str]] = mapped_column(JSON, default=list)
    insured_from: Mapped[date | None]
    pay_yuan: Mapped[int | None] = mapped_column(info={"data": "recruit-3y"})
    is_self_arranged: Mapped[bool] = mapped_column(default=False, info={"data": "recruit-3y"})
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class HandLink(PublicIdMixin, Base):
    """A link by which a department without an account reads one application; only hashes of its secrets are kept.

    The browser that opens it first keeps it: ``browser_sha256`` is the hash of the secret in that browser's cookie.
    """

    __tablename__ = "hand_link"
    __table_args__ = (
        CheckConstraint("(opened_at IS NULL) = (browser_sha256 IS NULL)", name="opened"),
        CheckConstraint("opened_count = 0 OR opened_at IS NOT NULL", name="count"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    token_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    browser_sha256: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    last_opened_at: Mapped[datetime | None]
    opened_count: Mapped[int] = mapped_column(default=0)


class CalendarFeed(Base):
    """The secret address from which a member's calendar reads the interviews of their employer; one at a time."""

    __tablename__ = "calendar_feed"
    __table_args__ = (UniqueConstraint("user_id", "organization_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    token_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[datetime]


class ApplicationOrigin(Base):
    """How many applications came by one link that an upper room gave out: a count, and nothing about who they were."""

    __tablename__ = "application_origin"
    __table_args__ = (CheckConstraint("application_count >= 0", name="count"),)

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    application_count: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]


class Digest(PublicIdMixin, Base):
    """What somebody was told on a day: the new postings themselves, and one line of results."""

    __tablename__ = "digest"
    __table_args__ = (UniqueConstraint("person_id", "made_on"), {"info": SCOPED})

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_on: Mapped[date]
    made_at: Mapped[datetime]
    title: Mapped[str] = mapped_column(String(120), info={"data": "contact"})
    posting_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    more_count: Mapped[int] = mapped_column(default=0)


class DigestChoice(Base):
    """Which parts of the digest somebody wants; without a row they get both."""

    __tablename__ = "digest_choice"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    wants_postings: Mapped[bool]
    wants_results: Mapped[bool]
    changed_at: Mapped[datetime]
