"""Code tables, dated rules and the calendar: facts with their source and date, never personal data."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.core.db import Base
from jobmatch.core.region_paths import RegionPath


class CodeMixin:
    """A row of a code table.

    ``is_local`` marks rows the office added and shipped rows it changed: the loader leaves them alone.
    """

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    name_zh: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(160), default="")
    source: Mapped[str] = mapped_column(Text, default="")
    source_on: Mapped[date | None]
    is_local: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    sort_order: Mapped[int] = mapped_column(default=0)


class Region(Base):
    """A place of the administrative tree; ``path`` is ``/43/4303/430302/430302001/`` style, ending in its own code.

    A code has 2 digits for a province, 4 for a city, 6 for a county, 9 for a township and 12 for a village.

    Coordinates are those of the place where known, else inherited from the parent (``is_point_inherited``).
    """

    __tablename__ = "region"
    __table_args__ = (Index("ix_region_parent_name", "parent_code", "name_zh"),)

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    name_zh: Mapped[str] = mapped_column(String(60), index=True)
    name_en: Mapped[str] = mapped_column(String(120), default="")
    level: Mapped[str] = mapped_column(String(12))
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"))
    path: Mapped[str] = mapped_column(RegionPath, unique=True)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    is_point_inherited: Mapped[bool] = mapped_column(default=True)
    is_official: Mapped[bool] = mapped_column(default=True)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    source: Mapped[str] = mapped_column(Text, default="")
    source_on: Mapped[date | None]
    is_local: Mapped[bool] = mapped_column(default=False)


class Occupation(CodeMixin, Base):
    """职业分类大典 2022. ``code`` is the 2022 code; ``level`` 1 major, 2 mid, 3 small, 4 occupation."""

    __tablename__ = "occupation"

    level: Mapped[int]
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("occupation.code"))
    csco_code: Mapped[str] = mapped_column(String(20), default="")
    definition: Mapped[str] = mapped_column(Text, default="")
    tasks: Mapped[str] = mapped_column(Text, default="")
    aliases: Mapped[list[str]] = mapped_column(JSON, default=list)
    is_green: Mapped[bool] = mapped_column(default=False)
    is_digital: Mapped[bool] = mapped_column(default=False)


class Industry(CodeMixin, Base):
    """GB/T 4754-2017, sections and divisions."""

    __tablename__ = "industry"

    parent_code: Mapped[str | None] = mapped_column(ForeignKey("industry.code"))


class EducationLevel(CodeMixin, Base):
    """GB/T 4658-2006; compare by ``platform_rank`` (vocational, technical and general upper schools are equal)."""

    __tablename__ = "education_level"

    platform_rank: Mapped[int]
    is_graduated: Mapped[bool] = mapped_column(default=True)


class DriverLicence(CodeMixin, Base):
    """Driving licence classes with the classes each also covers."""

    __tablename__ = "driver_licence"

    also_covers: Mapped[list[str]] = mapped_column(JSON, default=list)
    min_age: Mapped[int] = mapped_column(default=18)


class Skill(CodeMixin, Base):
    """Skills with the words people use for them."""

    __tablename__ = "skill"

    category: Mapped[str] = mapped_column(String(40), default="")
    aliases: Mapped[list[str]] = mapped_column(JSON, default=list)
    is_soft: Mapped[bool] = mapped_column(default=False)


class Certificate(CodeMixin, Base):
    """Certificates with issuer and the skills they stand for."""

    __tablename__ = "certificate"

    kind: Mapped[str] = mapped_column(String(40), default="")
    issuer: Mapped[str] = mapped_column(String(120), default="")
    skill_codes: Mapped[list[str]] = mapped_column(JSON, default=list)


class MilitarySpecialty(CodeMixin, Base):
    """Neutral military specialties (no unit, no model) with the civilian occupations they lead to."""

    __tablename__ = "military_specialty"

    service_family: Mapped[str] = mapped_column(String(80), default="")
    primary_occupation_codes: Mapped[list[str]] = mapped_column(JSON, default=list)
    secondary_occupation_codes: Mapped[list[str]] = mapped_column(JSON, default=list)
    skill_codes: Mapped[list[str]] = mapped_column(JSON, default=list)
    gap_certificate_codes: Mapped[list[str]] = mapped_column(JSON, default=list)
    strength: Mapped[str] = mapped_column(String(1), default="C")


class Rank(CodeMixin, Base):
    """Ranks, present and historic, in use from ``valid_from`` to ``valid_to``; ``level_order`` sorts them.

    ``old_name`` is the name on certificates: before ``renamed_on``, and always where there is no such day.
    """

    __tablename__ = "rank"

    group: Mapped[str] = mapped_column(String(20), default="")
    level_order: Mapped[int] = mapped_column(default=0)
    old_name: Mapped[str] = mapped_column(String(40), default="")
    renamed_on: Mapped[date | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class ServiceBranch(CodeMixin, Base):
    """Branches of service, historic ones with their end."""

    __tablename__ = "service_branch"

    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class ResettlementMethod(CodeMixin, Base):
    """安置方式, historic ones included; which population of the rates a method belongs to.

    Nobody was resettled by a method before ``valid_from``; after ``valid_to`` it is no longer offered, and the method
    ``maps_to`` takes its place (旧称转业士官 is 安排工作).
    """

    __tablename__ = "resettlement_method"

    applies_to: Mapped[str] = mapped_column(String(60), default="")
    maps_to: Mapped[str | None] = mapped_column(String(12))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    job_platform_default: Mapped[str] = mapped_column(String(30), default="active")
    is_historic: Mapped[bool] = mapped_column(default=False)
    counts_in_new_returnees: Mapped[bool] = mapped_column(default=False)


class ServiceObjectKind(CodeMixin, Base):
    """The kinds of people the service is for; ``group`` is veteran, dependant, transferred, bereaved or veteran_flag.

    A person is counted once, under the kind with the lowest ``count_order``. Kinds with ``is_subset`` (其中) are shown
    inside their group's total and never added to it: 随军家属 is part of 军属, the veteran flags are part of 退役军人.
    """

    __tablename__ = "service_object_kind"

    group: Mapped[str] = mapped_column(String(20))
    definition: Mapped[str] = mapped_column(Text, default="")
    proof_documents: Mapped[str] = mapped_column(Text, default="")
    count_order: Mapped[int] = mapped_column(default=0)
    is_subset: Mapped[bool] = mapped_column(default=False)


class EmploymentStatusKind(CodeMixin, Base):
    """States of the register with the column of the official year table each falls into.

    Totals and 其中 lines of that table are rows too, but not ``is_selectable`` for a person. ``in_denominator`` says
    whether a person in this state belongs to D + L, the base of the employment rate. A state that the form has no cell
    for is put into ``official_column`` by the office, and ``footnote`` is printed below the table.
    """

    __tablename__ = "employment_status_kind"

    official_column: Mapped[str] = mapped_column(String(20), default="")
    definition: Mapped[str] = mapped_column(Text, default="")
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("employment_status_kind.code"))
    counts_as_employed: Mapped[bool] = mapped_column(default=False)
    in_denominator: Mapped[bool] = mapped_column(default=False)
    is_selectable: Mapped[bool] = mapped_column(default=True)
    evidence: Mapped[str] = mapped_column(Text, default="")
    footnote: Mapped[str] = mapped_column(String(300), default="", server_default="")


class PostingRule(CodeMixin, Base):
    """One line of the legal check; ``pattern`` is what staff may edit, in the form of ``patterns``.

    ``severity`` is ``block`` or ``warn``; the message tells the employer what to write instead.
    """

    __tablename__ = "posting_rule"

    pattern: Mapped[str] = mapped_column(Text)
    severity: Mapped[str] = mapped_column(String(8))
    message_zh: Mapped[str] = mapped_column(Text, default="")
    message_en: Mapped[str] = mapped_column(Text, default="")
    basis: Mapped[str] = mapped_column(Text, default="")
    example: Mapped[str] = mapped_column(Text, default="")


class PostingField(CodeMixin, Base):
    """An element a posting must carry by law, with its basis."""

    __tablename__ = "posting_field"

    is_required: Mapped[bool] = mapped_column(default=True)
    basis: Mapped[str] = mapped_column(Text, default="")


class Reason(CodeMixin, Base):
    """Coded reasons that staff may extend: why an application was rejected, withdrawn, an employer refused …

    ``parent_code`` is the group that a reason is chosen from. ``hint`` is what the reader can do next, and ``way``
    where the link beside it leads (``HintWay``); empty for none.
    """

    __tablename__ = "reason"

    kind: Mapped[str] = mapped_column(String(40), index=True)
    hint: Mapped[str] = mapped_column(Text, default="")
    hint_en: Mapped[str] = mapped_column(Text, default="")
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("reason.code"))
    way: Mapped[str] = mapped_column(String(12), default="", server_default="")


class DocumentKind(CodeMixin, Base):
    """Documents that an employer may ask applicants for; ``hint`` tells the person how to make the picture."""

    __tablename__ = "document_kind"

    hint: Mapped[str] = mapped_column(Text, default="")
    hint_en: Mapped[str] = mapped_column(Text, default="")


class ComplaintKind(CodeMixin, Base):
    """What may be reported about a posting, an employer, a fair or a class, and what follows by itself.

    ``pauses_at_once``: postings wait until the office has looked. ``is_referred``: another authority decides, and the
    office hands it over. ``only_for`` is the kind of subject it is offered for; empty for all.
    """

    __tablename__ = "complaint_kind"

    hint: Mapped[str] = mapped_column(Text, default="")
    hint_en: Mapped[str] = mapped_column(Text, default="")
    pauses_at_once: Mapped[bool] = mapped_column(default=False)
    is_referred: Mapped[bool] = mapped_column(default=False)
    only_for: Mapped[str] = mapped_column(String(12), default="")


class FairTheme(CodeMixin, Base):
    """Themes of job fairs, from a notice and for its time; local ones are added by the office."""

    __tablename__ = "fair_theme"

    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class FairProcessStep(CodeMixin, Base):
    """The steps of a job fair from plan to last follow-up: phase, who acts, what is handed out, and the basis.

    ``days_from_fair`` is the day it is due by default, counted from the fair's: negative before it.
    """

    __tablename__ = "fair_process_step"

    stage_zh: Mapped[str] = mapped_column(String(20))
    stage_en: Mapped[str] = mapped_column(String(40), default="")
    actor: Mapped[str] = mapped_column(String(40))
    hint: Mapped[str] = mapped_column(Text, default="")
    hint_en: Mapped[str] = mapped_column(Text, default="")
    outputs: Mapped[str] = mapped_column(String(120), default="")
    basis: Mapped[str] = mapped_column(Text, default="")
    days_from_fair: Mapped[int] = mapped_column(default=0)
    only_for: Mapped[str] = mapped_column(String(12), default="")


class Course(CodeMixin, Base):
    """A course of the catalogue (培训课程): what it teaches, for how long, and what it leads to.

    ``kind``: adaptability, before_return, skill, start_up or degree. ``hours`` are class hours (学时), 0 where it
    has no fixed number. ``subsidy_yuan`` is what is paid for one person who completes it, 0 where the class says it.
    """

    __tablename__ = "course"

    kind: Mapped[str] = mapped_column(String(20), index=True)
    duration: Mapped[str] = mapped_column(String(40), default="")
    hours: Mapped[int] = mapped_column(default=0)
    mode: Mapped[str] = mapped_column(String(40), default="")
    audience: Mapped[str] = mapped_column(String(60), default="")
    certificate_codes: Mapped[list[str]] = mapped_column(JSON, default=list)
    skill_codes: Mapped[list[str]] = mapped_column(JSON, default=list)
    occupation_codes: Mapped[list[str]] = mapped_column(JSON, default=list)
    subsidy_yuan: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(Text, default="")


class SupportKind(CodeMixin, Base):
    """What a venture can be supported with (扶持), its unit, its usual size, and the paper that proves it."""

    __tablename__ = "support_kind"

    category: Mapped[str] = mapped_column(String(20), index=True)
    unit: Mapped[str] = mapped_column(String(20), default="")
    typical: Mapped[str] = mapped_column(String(80), default="")
    evidence: Mapped[str] = mapped_column(String(80), default="")
    has_money: Mapped[bool] = mapped_column(default=False)


class IncubationStandard(CodeMixin, Base):
    """What an incubator must show to be recognized; NULL where the standard does not ask for it. Shares from 0 to 1."""

    __tablename__ = "incubation_standard"

    area_m2: Mapped[int | None]
    entities_city: Mapped[int | None]
    entities_county: Mapped[int | None]
    new_a_year: Mapped[int | None]
    success_share: Mapped[float | None]
    exit_share: Mapped[float | None]
    use_share: Mapped[float | None]
    jobs: Mapped[int | None]
    staff: Mapped[int | None]
    mentors: Mapped[int | None]
    events_a_year: Mapped[int | None]
    term_years: Mapped[int | None]
    running_years: Mapped[int | None]
    free_share: Mapped[float | None]
    note: Mapped[str] = mapped_column(Text, default="")


class Holiday(Base):
    """Public holidays (``rest``) and adjusted working days (``work``)."""

    __tablename__ = "holiday"

    day: Mapped[date] = mapped_column(primary_key=True)
    name_zh: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(80), default="")
    kind: Mapped[str] = mapped_column(String(8))
    source: Mapped[str] = mapped_column(Text, default="")
    source_on: Mapped[date | None]
    is_local: Mapped[bool] = mapped_column(default=False)


class DatedRule(Base):
    """A number or list that law or local policy sets, for a time: age limits, deadlines, windows, caps."""

    __tablename__ = "dated_rule"
    __table_args__ = (UniqueConstraint("code", "valid_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60), index=True)
    name_zh: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(160), default="")
    value: Mapped[Any] = mapped_column(JSON)
    unit: Mapped[str] = mapped_column(String(20), default="")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    source: Mapped[str] = mapped_column(Text, default="")
    source_on: Mapped[date | None]
    is_local: Mapped[bool] = mapped_column(default=False)
