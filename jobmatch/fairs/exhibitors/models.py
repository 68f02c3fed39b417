"""Who was invited to a fair, who takes part, and with which postings."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from jobmatch.core.db import Base, PublicIdMixin, VersionMixin
from jobmatch.core.region_paths import RegionPath
from jobmatch.core.states import stored
from jobmatch.core.uow import SCOPED
from jobmatch.fairs.exhibitors.states import (
    AbsenceKind,
    ExhibitorState,
    FairPostingChangeKind,
    InvitationReply,
    InvitationWay,
)
from recruiters.employers.models import Employer
from recruiters.postings.models import Posting


class ComingMixin:
    """Who comes to the booth: names, how many, the car that is let in (车牌), and whether power is needed."""

    attendees: Mapped[str] = mapped_column(String(120), default="", info={"data": "contact"})
    attendee_count: Mapped[int | None]
    car: Mapped[str] = mapped_column(String(40), default="", info={"data": "contact"})
    needs_power: Mapped[bool] = mapped_column(default=False)


class FairInvitation(PublicIdMixin, ComingMixin, Base):
    """An employer asked to come, and its answer. ``token_sha256``: the address it may answer under without an account.

    ``called_at`` and ``call_note`` are the office's phone call to those who did not answer.
    """

    __tablename__ = "fair_invitation"
    __table_args__ = (
        UniqueConstraint("fair_id", "employer_id"),
        CheckConstraint("(reply = 'none') = (replied_at IS NULL)", name="replied"),
        CheckConstraint("score IS NULL OR score BETWEEN 0 AND 1", name="score"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("job_fair.id"))
    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id"), index=True)
    way: Mapped[InvitationWay] = mapped_column(stored(InvitationWay, "way"), default=InvitationWay.LIST)
    score: Mapped[float | None]
    reply: Mapped[InvitationReply] = mapped_column(stored(InvitationReply, "reply"), default=InvitationReply.NONE)
    replied_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(String(200), default="")
    token_sha256: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    called_at: Mapped[datetime | None]
    called_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    call_note: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class Exhibitor(PublicIdMixin, VersionMixin, ComingMixin, Base):
    """An employer's part in one fair: one legal entity, one booth. ``region_path`` is the employer's, for slices.

    ``sign_code``: the six digits it shows at the desk (报到码). ``waiting_number``: its place in the strict queue of
    those who wait for a booth. ``checked_in_at``: since when it is there; ``left_at``: that it left before the end.
    ``desk_sha256``: the address of its phone page on the day, which needs no account. ``given_up_at``: it is absent and
    its place went to others. ``papers_seen``: which of the papers that a fair asks for somebody looked at.
    """

    __tablename__ = "exhibitor"
    __table_args__ = (
        UniqueConstraint("fair_id", "employer_id"),
        UniqueConstraint("fair_id", "sign_code"),
        UniqueConstraint("fair_id", "waiting_number"),
        CheckConstraint("state NOT IN ('refused') OR reason_code IS NOT NULL", name="refused"),
        CheckConstraint("(state = 'waiting') = (waiting_number IS NOT NULL)", name="waiting"),
        CheckConstraint("checked_in_at IS NULL OR state = 'accepted'", name="came"),
        CheckConstraint("left_at IS NULL OR checked_in_at IS NOT NULL", name="left"),
        CheckConstraint("given_up_at IS NULL OR state = 'absent'", name="given_up"),
        Index("ix_exhibitor_region_path", "region_path"),
        {"info": SCOPED},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("job_fair.id"))
    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id"), index=True)
    region_path: Mapped[str] = mapped_column(RegionPath)
    state: Mapped[ExhibitorState] = mapped_column(stored(ExhibitorState, "state"), default=ExhibitorState.APPLIED)
    contact_name: Mapped[str] = mapped_column(String(60), default="", info={"data": "contact"})
    contact_phone: Mapped[str] = mapped_column(String(40), default="", info={"data": "contact"})
    needs: Mapped[str] = mapped_column(String(200), default="")
    sign_code: Mapped[str] = mapped_column(String(6))
    waiting_number: Mapped[int | None]
    reason_code: Mapped[str | None] = mapped_column(ForeignKey("reason.code"))
    review_note: Mapped[str] = mapped_column(String(200), default="")
    applied_at: Mapped[datetime]
    applied_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    canceled_at: Mapped[datetime | None]
    checked_in_at: Mapped[datetime | None]
    checked_in_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    left_at: Mapped[datetime | None]
    left_note: Mapped[str] = mapped_column(String(200), default="")
    desk_sha256: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    given_up_at: Mapped[datetime | None]
    papers_seen: Mapped[list[str]] = mapped_column(JSON, default=list, server_default=text("'[]'"))
    employer: Mapped[Employer] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": VersionMixin.version}


class FairPosting(PublicIdMixin, VersionMixin, Base):
    """A posting that an exhibitor brings, with the head-count for this fair only.

    ``vacancy_count`` is what counts at closing (岗位数 = Σ招聘人数 of exhibitors that came); ``on_site_words`` are
    what was changed about its requirements on the spot. ``withdrawn_at``: it is no longer offered here.
    """

    __tablename__ = "fair_posting"
    __table_args__ = (
        UniqueConstraint("exhibitor_id", "posting_id"),
        CheckConstraint("vacancy_count BETWEEN 1 AND 9999", name="vacancy_count"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("job_fair.id"), index=True)
    exhibitor_id: Mapped[int] = mapped_column(ForeignKey("exhibitor.id"))
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id"), index=True)
    title: Mapped[str] = mapped_column(String(80))
    vacancy_count: Mapped[int]
    on_site_words: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    posting: Mapped[Posting] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": VersionMixin.version}


class FairPostingChange(Base):
    """The log of what was changed on a posting for the fair: one row for each change, never changed itself."""

    __tablename__ = "fair_posting_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_posting_id: Mapped[int] = mapped_column(ForeignKey("fair_posting.id"), index=True)
    kind: Mapped[FairPostingChangeKind] = mapped_column(stored(FairPostingChangeKind, "kind"))
    before: Mapped[str] = mapped_column(String(300), default="")
    after: Mapped[str] = mapped_column(String(300), default="")
    at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class ExhibitorAbsence(Base):
    """One line of the register of absences; two within the window ban (dated rules). A waived one does not count."""

    __tablename__ = "exhibitor_absence"
    __table_args__ = (CheckConstraint("(waived_at IS NULL) = (waived_note = '')", name="waived"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    exhibitor_id: Mapped[int] = mapped_column(ForeignKey("exhibitor.id"), unique=True)
    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id"), index=True)
    kind: Mapped[AbsenceKind] = mapped_column(stored(AbsenceKind, "kind"))
    on: Mapped[date]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    waived_at: Mapped[datetime | None]
    waived_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    waived_note: Mapped[str] = mapped_column(String(200), default="")
