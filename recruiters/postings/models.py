"""Postings with the elements the law asks for, their requirements and what the legal check found."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from jobmatch.core.db import Base, PublicIdMixin, VersionMixin
from jobmatch.core.files import StoredFile
from jobmatch.core.region_paths import RegionPath
from jobmatch.core.states import stored
from jobmatch.core.uow import SCOPED
from jobmatch.people.states import EmploymentType, Shift
from recruiters.employers.models import Employer
from recruiters.postings.states import (
    Housing,
    LinkPurpose,
    MealPlan,
    NoticeResult,
    PayBasis,
    PayKind,
    PayUnit,
    PostingKind,
    PostingState,
    RequirementKind,
    ReservedKind,
    SocialInsurance,
    YesWay,
)


class Posting(PublicIdMixin, VersionMixin, Base):
    """One posting; 岗位数 is the sum of ``vacancy_count``, never the number of rows.

    An imported posting may lack legal elements; it cannot leave ``imported`` and ``draft`` before they are there.
    ``changed_at`` moves with every change that matching could see. ``pay_base_yuan``: the fixed part of composite pay.
    ``min_age`` and ``max_age`` are the law's and need ``age_basis``; ``hoped_…`` are the employer's wish, which
    excludes nobody. ``welcomes_over``: 45 or 50, from which age on the employer says people are welcome too.
    ``held_at``: since when the office holds it back because of a complaint; until that ends nobody opens it.
    ``is_office_entry``: somebody else wrote it for the employer (代录入, import); it is published only while
    ``agreed_at`` is set, and every change of its content (``written_at``) takes that back. ``is_reserved`` is a claim
    until it is published.
    ``only_for``: the public id of the exhibitor at whose fair alone it is offered; nobody else is shown it. A fair is
    above this room, so the id is kept as a word.
    ``review_due_on`` is the last day of the office's clock, ``escalated_on`` the day its running out was brought before
    the superior. ``confirmed_at``: when the employer last said it is still hiring, ``confirm_asked_on``: when asked.
    """

    __tablename__ = "posting"
    __table_args__ = (
        CheckConstraint("vacancy_count >= 1", name="vacancy_count"),
        CheckConstraint("filled_count BETWEEN 0 AND vacancy_count", name="filled_count"),
        CheckConstraint("pay_high_yuan IS NULL OR pay_low_yuan IS NULL OR pay_high_yuan >= pay_low_yuan", name="pay"),
        CheckConstraint("welcomes_over IN (45, 50)", name="welcomes_over"),
        CheckConstraint("state != 'open' OR (valid_through IS NOT NULL AND published_at IS NOT NULL)", name="open"),
        CheckConstraint("held_at IS NULL OR state != 'open'", name="held"),
        CheckConstraint("state != 'open' OR NOT is_office_entry OR agreed_at IS NOT NULL", name="agreed"),
        Index("ix_posting_region_path", "region_path"),
        Index("ix_posting_changed_at", "changed_at"),
        Index("ix_posting_state_valid", "state", "valid_through"),
        {"info": SCOPED},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id"), index=True)
    state: Mapped[PostingState] = mapped_column(stored(PostingState, "state"), default=PostingState.DRAFT)
    kind: Mapped[PostingKind] = mapped_column(stored(PostingKind, "kind"), default=PostingKind.REGULAR)
    title: Mapped[str] = mapped_column(String(80))
    occupation_code: Mapped[str | None] = mapped_column(ForeignKey("occupation.code"), index=True)
    duties: Mapped[str] = mapped_column(Text, default="")
    requirement_text: Mapped[str] = mapped_column(Text, default="")
    employment_type: Mapped[EmploymentType | None] = mapped_column(stored(EmploymentType, "employment_type"))
    contract_party: Mapped[str] = mapped_column(String(120), default="")
    vacancy_count: Mapped[int] = mapped_column(default=1)
    filled_count: Mapped[int] = mapped_column(default=0)
    region_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"))
    region_path: Mapped[str] = mapped_column(RegionPath, default="")
    address: Mapped[str] = mapped_column(String(200), default="")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    is_point_exact: Mapped[bool] = mapped_column(default=False)
    pay_kind: Mapped[PayKind | None] = mapped_column(stored(PayKind, "pay_kind"))
    pay_unit: Mapped[PayUnit | None] = mapped_column(stored(PayUnit, "pay_unit"))
    pay_basis: Mapped[PayBasis | None] = mapped_column(stored(PayBasis, "pay_basis"))
    pay_low_yuan: Mapped[int | None]
    pay_high_yuan: Mapped[int | None]
    pay_base_yuan: Mapped[int | None]
    shift: Mapped[Shift | None] = mapped_column(stored(Shift, "shift"))
    work_time: Mapped[str] = mapped_column(String(120), default="")
    meals: Mapped[MealPlan | None] = mapped_column(stored(MealPlan, "meals"))
    housing: Mapped[Housing | None] = mapped_column(stored(Housing, "housing"))
    social_insurance: Mapped[SocialInsurance | None] = mapped_column(stored(SocialInsurance, "social_insurance"))
    benefits: Mapped[str] = mapped_column(String(200), default="")
    min_age: Mapped[int | None]
    max_age: Mapped[int | None]
    age_basis: Mapped[str] = mapped_column(String(120), default="")
    hoped_min_age: Mapped[int | None]
    hoped_max_age: Mapped[int | None]
    welcomes_over: Mapped[int | None]
    is_veterans_first: Mapped[bool] = mapped_column(default=False)
    is_reserved: Mapped[bool] = mapped_column(default=False)
    valid_through: Mapped[date | None]
    published_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    held_at: Mapped[datetime | None]
    review_due_on: Mapped[date | None]
    escalated_on: Mapped[date | None]
    confirmed_at: Mapped[datetime | None]
    confirm_asked_on: Mapped[date | None]
    only_for: Mapped[str] = mapped_column(String(16), default="", server_default="", index=True)
    is_office_entry: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    agreed_at: Mapped[datetime | None]
    written_at: Mapped[datetime | None]
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    review_reason_code: Mapped[str | None] = mapped_column(ForeignKey("reason.code"))
    review_note: Mapped[str] = mapped_column(String(300), default="")
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    missing: Mapped[list[str]] = mapped_column(JSON, default=list)
    source_name: Mapped[str] = mapped_column(String(80), default="")
    source_key: Mapped[str | None] = mapped_column(String(120), unique=True)
    source_row: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    employer: Mapped[Employer] = relationship(lazy="raise")
    requirements: Mapped[list[PostingRequirement]] = relationship(
        lazy="raise", order_by="PostingRequirement.id", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": VersionMixin.version}


class PostingRequirement(Base):
    """One line of the must or nice list; ``code`` names a row of the code table of its kind."""

    __tablename__ = "posting_requirement"
    __table_args__ = (CheckConstraint("level BETWEEN 0 AND 9 AND years BETWEEN 0 AND 50", name="range"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id", ondelete="CASCADE"), index=True)
    kind: Mapped[RequirementKind] = mapped_column(stored(RequirementKind, "kind"))
    code: Mapped[str] = mapped_column(String(20), default="")
    level: Mapped[int] = mapped_column(default=0)
    years: Mapped[float] = mapped_column(default=0)
    is_must: Mapped[bool] = mapped_column(default=True)
    label: Mapped[str] = mapped_column(String(80))


class PostingTemplate(PublicIdMixin, Base):
    """Content to begin postings from: an employer's own, or (``employer_id`` empty) one the office of a place keeps.

    ``values`` hold the columns of ``values.EDITABLE`` as plain JSON, ``requirements`` the fields of
    ``values.RequirementInput``; both are checked anew whenever a posting is made of them.
    """

    __tablename__ = "posting_template"
    __table_args__ = (
        CheckConstraint("(employer_id IS NULL) = (region_path != '')", name="owner"),
        {"info": SCOPED},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    employer_id: Mapped[int | None] = mapped_column(ForeignKey("employer.id"), index=True)
    region_path: Mapped[str] = mapped_column(RegionPath, default="")
    name: Mapped[str] = mapped_column(RegionPath)
    values: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    requirements: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class ReservedPost(PublicIdMixin, Base):
    """What makes a posting a 退役军人专岗: who set it up, by which paper, how many, and the public notice."""

    __tablename__ = "reserved_post"
    __table_args__ = (
        CheckConstraint("quota BETWEEN 0 AND 9999", name="quota"),
        CheckConstraint("notice_to IS NULL OR notice_from IS NULL OR notice_to >= notice_from", name="notice"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id"), unique=True)
    kind: Mapped[ReservedKind | None] = mapped_column(stored(ReservedKind, "kind"))
    organ: Mapped[str] = mapped_column(String(120), default="")
    paper_number: Mapped[str] = mapped_column(String(60), default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    quota: Mapped[int] = mapped_column(default=0)
    notice_from: Mapped[date | None]
    notice_to: Mapped[date | None]
    result: Mapped[NoticeResult] = mapped_column(stored(NoticeResult, "result"), default=NoticeResult.RUNNING)
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    file: Mapped[StoredFile | None] = relationship(lazy="raise")


class PostingYes(Base):
    """The log of what an employer answered about a posting entered for it: one row for each answer, never changed.

    Over the phone staff write who answered, when, and the last four digits of the number that was called.
    """

    __tablename__ = "posting_yes"
    __table_args__ = (
        CheckConstraint("way != 'phone' OR (said_by != '' AND phone_tail != '')", name="phone"),
        CheckConstraint("phone_tail = '' OR length(phone_tail) = 4", name="tail"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id"), index=True)
    way: Mapped[YesWay] = mapped_column(stored(YesWay, "way"))
    is_yes: Mapped[bool]
    said_by: Mapped[str] = mapped_column(String(60), default="")
    phone_tail: Mapped[str] = mapped_column(String(4), default="")
    said_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(String(300), default="")
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]


class PostingLink(Base):
    """A link that opens one act on one posting without an account; only the hash of its token is kept."""

    __tablename__ = "posting_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id"), index=True)
    purpose: Mapped[LinkPurpose] = mapped_column(stored(LinkPurpose, "purpose"))
    expires_at: Mapped[datetime]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
