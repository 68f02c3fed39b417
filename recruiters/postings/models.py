"""Postings with the elements the law asks for, their requirements and what the legal check found."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from jobmatch.core.db import Base, PublicIdMixin, VersionMixin
from jobmatch.core.states import stored
from jobmatch.core.uow import SCOPED
from jobmatch.people.states import EmploymentType, Shift
from recruiters.employers.models import Employer
from recruiters.postings.states import (
    Housing,
    MealPlan,
    PayBasis,
    PayKind,
    PayUnit,
    PostingKind,
    PostingState,
    PublishConsent,
    RequirementKind,
    SocialInsurance,
)


class Posting(PublicIdMixin, VersionMixin, Base):
    """One posting; 岗位数 is the sum of ``vacancy_count``, never the number of rows.

    An imported posting may lack legal elements; it cannot leave ``imported`` and ``draft`` before they are there.
    ``changed_at`` moves with every change that matching could see. ``pay_base_yuan``: the fixed part of composite pay.
    ``min_age`` and ``max_age`` are the law's and need ``age_basis``; ``hoped_…`` are the employer's wish, which
    excludes nobody. ``welcomes_over``: 45 or 50, from which age on the employer says people are welcome too.
    ``consent_way``: how the employer of an imported posting agreed to its publication; without it nothing goes public.
    """

    __tablename__ = "posting"
    __table_args__ = (
        CheckConstraint("vacancy_count >= 1", name="vacancy_count"),
        CheckConstraint("filled_count BETWEEN 0 AND vacancy_count", name="filled_count"),
        CheckConstraint("pay_high_yuan IS NULL OR pay_low_yuan IS NULL OR pay_high_yuan >= pay_low_yuan", name="pay"),
        CheckConstraint("welcomes_over IN (45, 50)", name="welcomes_over"),
        CheckConstraint("state != 'open' OR (valid_through IS NOT NULL AND published_at IS NOT NULL)", name="open"),
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
    region_path: Mapped[str] = mapped_column(String(80), default="")
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
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    review_reason_code: Mapped[str | None] = mapped_column(ForeignKey("reason.code"))
    review_note: Mapped[str] = mapped_column(String(300), default="")
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    missing: Mapped[list[str]] = mapped_column(JSON, default=list)
    source_name: Mapped[str] = mapped_column(String(80), default="")
    source_key: Mapped[str | None] = mapped_column(String(120), unique=True)
    source_row: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    consent_way: Mapped[PublishConsent | None] = mapped_column(stored(PublishConsent, "consent_way"))
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
