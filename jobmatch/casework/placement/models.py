"""The resettlement ledger: one line a person whom the government places, and its steps."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.casework.placement.states import Ledger, PlacementState, Step
from jobmatch.core.db import Base, PublicIdMixin, VersionMixin
from jobmatch.core.region_paths import RegionPath
from jobmatch.core.states import stored
from jobmatch.core.uow import SCOPED


class Placement(PublicIdMixin, VersionMixin, Base):
    """A person to be placed, since ``accepted_on`` (接收) in the place of resettlement (``region_path``).

    ``due_on`` is None in the ledger that has no clock. ``contract_years`` is 0 for a contract without an end.
    """

    __tablename__ = "placement"
    __table_args__ = (
        CheckConstraint("score IS NULL OR score >= 0", name="score"),
        CheckConstraint("contract_years IS NULL OR contract_years BETWEEN 0 AND 40", name="contract_years"),
        CheckConstraint("state != 'on_post' OR started_on IS NOT NULL", name="started"),
        Index("ix_placement_region_path", "region_path"),
        {"info": SCOPED},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    ledger: Mapped[Ledger] = mapped_column(stored(Ledger, "ledger"))
    state: Mapped[PlacementState] = mapped_column(stored(PlacementState, "state"), default=PlacementState.WAITING)
    region_path: Mapped[str] = mapped_column(RegionPath)
    accepted_on: Mapped[date] = mapped_column(index=True)
    due_on: Mapped[date | None]
    score: Mapped[float | None]
    post: Mapped[str] = mapped_column(String(120), default="")
    letter_on: Mapped[date | None]
    letter_number: Mapped[str] = mapped_column(String(60), default="")
    start_due_on: Mapped[date | None]
    started_on: Mapped[date | None]
    contract_years: Mapped[int | None]
    created_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": VersionMixin.version}


class PlacementStep(Base):
    """A step as it was entered: the day on the paper, what it says, who entered it. Never changed."""

    __tablename__ = "placement_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    placement_id: Mapped[int] = mapped_column(ForeignKey("placement.id"), index=True)
    step: Mapped[Step] = mapped_column(stored(Step, "step"))
    happened_on: Mapped[date]
    note: Mapped[str] = mapped_column(String(200), default="", info={"data": "recruit-3y"})
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    recorded_at: Mapped[datetime]
