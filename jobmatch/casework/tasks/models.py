"""Tasks of staff: what is to be done for whom, until when, and by whom; and who is responsible for a person."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.casework.tasks.states import TaskKind, TaskState
from jobmatch.core.db import Base, PublicIdMixin
from jobmatch.core.region_paths import RegionPath
from jobmatch.core.states import stored
from jobmatch.core.uow import SCOPED


class Task(PublicIdMixin, Base):
    """One task. ``once`` names the occasion, so a rule that runs twice makes one task.

    ``region_path`` is the subtree whose staff see it; ``assignee_id`` narrows it to one of them. ``link`` is the page
    where the work is done. Titles name the matter; the person is shown beside them from ``person_id``.
    """

    __tablename__ = "task"
    __table_args__ = (
        CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed"),
        Index("ix_task_open", "state", "due_on"),
        Index("ix_task_region_path", "region_path"),
        {"info": SCOPED},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    once: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[TaskKind] = mapped_column(stored(TaskKind, "kind"))
    state: Mapped[TaskState] = mapped_column(stored(TaskState, "state"), default=TaskState.OPEN)
    title: Mapped[str] = mapped_column(String(120))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)
    region_path: Mapped[str] = mapped_column(RegionPath)
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    due_on: Mapped[date]
    link: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    outcome: Mapped[str] = mapped_column(String(200), default="")


class CaseOwner(Base):
    """Who is responsible for a person, from day to day; at most one row of a person is open (``until`` NULL).

    A hand-over names a stand-in and the day they end on: after it the person is back with ``user_id`` without anybody
    doing anything. Every change closes the row and opens another, so the history stays. ``batch`` names the act that
    moved many at once, ``replaces_id`` the row it took over from, which is what undoing it goes back to.
    """

    __tablename__ = "case_owner"
    __table_args__ = (
        CheckConstraint("until IS NULL OR until >= since", name="period"),
        CheckConstraint("(stand_in_id IS NULL) = (stand_in_until IS NULL)", name="stand_in"),
        CheckConstraint("stand_in_id IS NULL OR stand_in_id != user_id", name="two_people"),
        Index(
            "uq_case_owner_person_open",
            "person_id",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    stand_in_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    stand_in_until: Mapped[date | None]
    since: Mapped[date]
    until: Mapped[date | None]
    batch: Mapped[str] = mapped_column(String(16), default="", index=True)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("case_owner.id"))
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]
