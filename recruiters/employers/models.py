"""Employers: organizations that post, with what the vetting found and how they have behaved."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from jobmatch.accounts.models import Organization
from jobmatch.core.db import Base, PublicIdMixin, VersionMixin
from jobmatch.core.files import StoredFile
from jobmatch.core.region_paths import RegionPath
from jobmatch.core.states import stored
from jobmatch.core.uow import SCOPED
from recruiters.employers.states import (
    AccountLabel,
    DecisionAction,
    EmployerKind,
    FoundingBasis,
    PaperKind,
    PaperVerdict,
    PaperWay,
    VettingState,
)


class Employer(PublicIdMixin, VersionMixin, Base):
    """An employer; name, credit code, region and address stand on its organization.

    ``region_path`` repeats the organization's, because scope columns sit on root tables. ``name_skeleton`` is equal for
    names that look alike (see ``names.py``), ``pinyin`` and ``initials`` are how its name sounds. ``created_by_id`` may
    not vet: that takes a second pair of eyes. ``vetting_due_on`` is the last day of the office's clock, and
    ``escalated_on`` the day on which its running out was brought before the superior.
    """

    __tablename__ = "employer"
    __table_args__ = (
        CheckConstraint("(vetting = 'deferred') = (deferred_until IS NOT NULL)", name="deferred"),
        Index("ix_employer_region_path", "region_path"),
        Index("ix_employer_name_skeleton", "name_skeleton"),
        {"info": SCOPED},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), unique=True)
    region_path: Mapped[str] = mapped_column(RegionPath)
    name_skeleton: Mapped[str] = mapped_column(String(120), default="")
    pinyin: Mapped[str] = mapped_column(String(120), default="", server_default="")
    initials: Mapped[str] = mapped_column(String(20), default="", server_default="", index=True)
    kind: Mapped[EmployerKind] = mapped_column(stored(EmployerKind, "kind"))
    account_label: Mapped[AccountLabel] = mapped_column(stored(AccountLabel, "account_label"), default=AccountLabel.OWN)
    industry_code: Mapped[str | None] = mapped_column(ForeignKey("industry.code"))
    staff_count: Mapped[int | None]
    intro: Mapped[str] = mapped_column(Text, default="")
    contact_name: Mapped[str] = mapped_column(String(60), default="")
    contact_phone: Mapped[str] = mapped_column(String(40), default="")
    is_agency: Mapped[bool] = mapped_column(default=False)
    permit_number: Mapped[str] = mapped_column(String(60), default="")
    permit_valid_until: Mapped[date | None]
    vetting: Mapped[VettingState] = mapped_column(
        stored(VettingState, "vetting"), default=VettingState.DRAFT, index=True
    )
    submitted_at: Mapped[datetime | None]
    vetting_due_on: Mapped[date | None]
    deferred_until: Mapped[date | None]
    escalated_on: Mapped[date | None]
    vetted_at: Mapped[datetime | None]
    vetted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    vetting_reason_code: Mapped[str | None] = mapped_column(ForeignKey("reason.code"))
    vetting_note: Mapped[str] = mapped_column(String(300), default="")
    recheck_on: Mapped[date | None]
    recheck_asked_on: Mapped[date | None]
    recheck_answered_at: Mapped[datetime | None]
    veterans_hired: Mapped[int] = mapped_column(default=0)
    import_source: Mapped[str] = mapped_column(String(60), default="")
    import_key: Mapped[str | None] = mapped_column(String(160), unique=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    organization: Mapped[Organization] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": VersionMixin.version}


class EmployerPaper(PublicIdMixin, Base):
    """A paper of an employer, and what the office found. A newer one of its kind replaces it (``replaced_at``).

    Without a file the office saw the original or an official site, and ``note`` says which.
    """

    __tablename__ = "employer_paper"
    __table_args__ = (
        CheckConstraint("(way = 'upload') = (file_id IS NOT NULL)", name="file"),
        CheckConstraint("way = 'upload' OR note != ''", name="note"),
        CheckConstraint("(verdict = 'waiting') = (seen_at IS NULL)", name="seen"),
        CheckConstraint("(verdict = 'unreadable') = (reason_code IS NOT NULL)", name="reason"),
        Index(
            "uq_employer_paper_current",
            "employer_id",
            "kind",
            unique=True,
            sqlite_where=text("replaced_at IS NULL"),
            postgresql_where=text("replaced_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id"), index=True)
    kind: Mapped[PaperKind] = mapped_column(stored(PaperKind, "kind"))
    way: Mapped[PaperWay] = mapped_column(stored(PaperWay, "way"))
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    picture_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    note: Mapped[str] = mapped_column(String(300), default="")
    verdict: Mapped[PaperVerdict] = mapped_column(stored(PaperVerdict, "verdict"), default=PaperVerdict.WAITING)
    reason_code: Mapped[str | None] = mapped_column(ForeignKey("reason.code"))
    seen_at: Mapped[datetime | None]
    seen_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    replaced_at: Mapped[datetime | None]
    file: Mapped[StoredFile | None] = relationship(lazy="raise", foreign_keys=[file_id])


class EmployerDecision(Base):
    """The log of vetting: one row for each step, never changed. ``until`` is the day a deferral ends."""

    __tablename__ = "employer_decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id"), index=True)
    action: Mapped[DecisionAction] = mapped_column(stored(DecisionAction, "action"))
    reason_code: Mapped[str | None] = mapped_column(ForeignKey("reason.code"))
    note: Mapped[str] = mapped_column(String(300), default="")
    until: Mapped[date | None]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]


class VeteranFounding(PublicIdMixin, Base):
    """That an employer is veteran-founded (军创企业), from a day and perhaps until one, on a basis that staff saw.

    ``rule_value`` is the least share in percent that the dated rule asked for when it was recorded. A row that nobody
    has seen yet (``seen_at`` empty) counts nowhere.
    """

    __tablename__ = "veteran_founding"
    __table_args__ = (
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="period"),
        CheckConstraint("share_percent IS NULL OR share_percent BETWEEN 0 AND 100", name="share"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id"), index=True)
    basis: Mapped[FoundingBasis] = mapped_column(stored(FoundingBasis, "basis"))
    share_percent: Mapped[int | None]
    rule_value: Mapped[int] = mapped_column(default=0)
    paper_id: Mapped[int | None] = mapped_column(ForeignKey("employer_paper.id"))
    note: Mapped[str] = mapped_column(String(200), default="")
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    seen_at: Mapped[datetime | None]
    seen_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class EmployerReputation(Base):
    """How an employer dealt with applications from ``window_from`` to ``window_to``, as the nightly count found it.

    ``shrunk_rate`` is the share of answers drawn toward the county's mean, which is all that the ranking reads.
    ``hidden_until``: an objection was right, so no figure is shown or read before that day.
    """

    __tablename__ = "employer_reputation"
    __table_args__ = (
        CheckConstraint(
            "answered_count BETWEEN 0 AND due_count AND hired_count BETWEEN 0 AND interview_count"
            " AND stayed_count BETWEEN 0 AND asked_count",
            name="counts",
        ),
        CheckConstraint("shrunk_rate IS NULL OR shrunk_rate BETWEEN 0 AND 1", name="rate"),
        CheckConstraint("(objected_at IS NULL) = (objection = '')", name="objection"),
        CheckConstraint("decided_at IS NULL OR objected_at IS NOT NULL", name="decided"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id"), unique=True)
    window_from: Mapped[date]
    window_to: Mapped[date]
    due_count: Mapped[int] = mapped_column(default=0)
    answered_count: Mapped[int] = mapped_column(default=0)
    answer_days: Mapped[float | None]
    interview_count: Mapped[int] = mapped_column(default=0)
    hired_count: Mapped[int] = mapped_column(default=0)
    asked_count: Mapped[int] = mapped_column(default=0)
    stayed_count: Mapped[int] = mapped_column(default=0)
    shrunk_rate: Mapped[float | None]
    objection: Mapped[str] = mapped_column(String(500), default="")
    objected_at: Mapped[datetime | None]
    objected_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decision_note: Mapped[str] = mapped_column(String(300), default="")
    hidden_until: Mapped[date | None]
