"""Special actions with targets, checklists of stations, and drawn samples of claimed jobs."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from jobmatch.accounts.models import Organization
from jobmatch.core.db import Base, PublicIdMixin, VersionMixin
from jobmatch.core.files import StoredFile
from jobmatch.core.region_paths import RegionPath
from jobmatch.core.states import stored
from jobmatch.core.uow import SCOPED
from jobmatch.reports.campaigns.states import CampaignState, CheckKind, CheckState, Met, SpotResult


class Campaign(PublicIdMixin, VersionMixin, Base):
    """A special action (专项行动) of an office: its fairs, classes, visits and hires between two days add up here."""

    __tablename__ = "campaign"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="days"),
        Index("ix_campaign_region_path", "region_path"),
        {"info": SCOPED},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    region_path: Mapped[str] = mapped_column(RegionPath)
    title: Mapped[str] = mapped_column(String(120))
    basis: Mapped[str] = mapped_column(String(300), default="")
    lead: Mapped[str] = mapped_column(String(60), default="", info={"data": "contact"})
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    state: Mapped[CampaignState] = mapped_column(stored(CampaignState, "state"), default=CampaignState.PLANNED)
    words: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    changed_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": VersionMixin.version}


class CampaignTarget(Base):
    """How much of one figure a special action wants, by the figure's code."""

    __tablename__ = "campaign_target"
    __table_args__ = (UniqueConstraint("campaign_id", "figure_code"), CheckConstraint("target >= 0", name="target"))

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    figure_code: Mapped[str] = mapped_column(String(40))
    target: Mapped[int]


class CampaignTask(PublicIdMixin, VersionMixin, Base):
    """One line of the task ledger (任务台账): what, which station leads, until when, and what came of it."""

    __tablename__ = "campaign_task"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    station_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    due_on: Mapped[date]
    done_on: Mapped[date | None]
    result: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime]
    station: Mapped[Organization] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": VersionMixin.version}


class Checklist(PublicIdMixin, VersionMixin, Base):
    """What stations are checked by, in one year: items with weights, from a paper with a date."""

    __tablename__ = "checklist"
    __table_args__ = (Index("ix_checklist_region_path", "region_path"), {"info": SCOPED})

    id: Mapped[int] = mapped_column(primary_key=True)
    region_path: Mapped[str] = mapped_column(RegionPath)
    title: Mapped[str] = mapped_column(String(120))
    basis: Mapped[str] = mapped_column(String(300), default="")
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    items: Mapped[list[ChecklistItem]] = relationship(lazy="raise", order_by="ChecklistItem.position")

    __mapper_args__ = {"version_id_col": VersionMixin.version}


class ChecklistItem(Base):
    """One item: what is asked, how many points it gives, and which figure answers it by itself, if any.

    A figure gives full points from ``goal`` on, and in proportion below it.
    """

    __tablename__ = "checklist_item"
    __table_args__ = (
        UniqueConstraint("checklist_id", "position"),
        CheckConstraint("points > 0", name="points"),
        CheckConstraint("(figure_code = '') = (goal IS NULL)", name="goal"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    checklist_id: Mapped[int] = mapped_column(ForeignKey("checklist.id"))
    position: Mapped[int]
    words: Mapped[str] = mapped_column(String(300))
    points: Mapped[int]
    figure_code: Mapped[str] = mapped_column(String(40), default="")
    goal: Mapped[float | None]


class StationCheck(PublicIdMixin, VersionMixin, Base):
    """One check of one station by a checklist; once frozen nothing changes it."""

    __tablename__ = "station_check"
    __table_args__ = (
        UniqueConstraint("checklist_id", "station_id", "kind", "checked_on"),
        CheckConstraint("state != 'objected' OR objection != ''", name="objected"),
        Index("ix_station_check_region_path", "region_path"),
        {"info": SCOPED},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    checklist_id: Mapped[int] = mapped_column(ForeignKey("checklist.id"))
    station_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    region_path: Mapped[str] = mapped_column(RegionPath)
    kind: Mapped[CheckKind] = mapped_column(stored(CheckKind, "kind"))
    checked_on: Mapped[date]
    state: Mapped[CheckState] = mapped_column(stored(CheckState, "state"), default=CheckState.OPEN)
    objection: Mapped[str] = mapped_column(String(300), default="")
    answer: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime]
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    frozen_at: Mapped[datetime | None]
    frozen_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    checklist: Mapped[Checklist] = relationship(lazy="raise")
    station: Mapped[Organization] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": VersionMixin.version}


class CheckAnswer(Base):
    """How one item was found at one station, with points (tenths) and proof."""

    __tablename__ = "check_answer"
    __table_args__ = (
        UniqueConstraint("check_id", "item_id"),
        CheckConstraint("tenths >= 0", name="tenths"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    check_id: Mapped[int] = mapped_column(ForeignKey("station_check.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("checklist_item.id"))
    met: Mapped[Met] = mapped_column(stored(Met, "met"))
    tenths: Mapped[int]
    words: Mapped[str] = mapped_column(String(300), default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), unique=True)
    file: Mapped[StoredFile | None] = relationship(lazy="raise")


class SpotCheck(PublicIdMixin, Base):
    """A sample drawn from the jobs that a station claims (抽查): at least ``share_percent`` of them, and ten.

    ``seed`` draws the same sample again.
    """

    __tablename__ = "spot_check"
    __table_args__ = (Index("ix_spot_check_region_path", "region_path"), {"info": SCOPED})

    id: Mapped[int] = mapped_column(primary_key=True)
    region_path: Mapped[str] = mapped_column(RegionPath)
    station_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    drawn_on: Mapped[date]
    claimed_count: Mapped[int]
    share_percent: Mapped[int]
    seed: Mapped[int]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    station: Mapped[Organization] = relationship(lazy="raise")


class SpotCheckLine(PublicIdMixin, Base):
    """One claimed job of a sample, and what was heard; whoever recorded the job does not call."""

    __tablename__ = "spot_check_line"
    __table_args__ = (
        UniqueConstraint("spot_check_id", "spell_id"),
        CheckConstraint("(result IS NULL) = (called_at IS NULL)", name="called"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    spot_check_id: Mapped[int] = mapped_column(ForeignKey("spot_check.id"))
    spell_id: Mapped[int] = mapped_column(ForeignKey("employment_spell.id"), index=True)
    result: Mapped[SpotResult | None] = mapped_column(stored(SpotResult, "result"))
    note: Mapped[str] = mapped_column(String(200), default="", info={"data": "recruit-3y"})
    called_at: Mapped[datetime | None]
    called_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
