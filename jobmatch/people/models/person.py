"""People: what they are, can and want."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from jobmatch.accounts.models import clean_phone
from jobmatch.core.crypto import Secret
from jobmatch.core.db import Base, PublicIdMixin, VersionMixin
from jobmatch.core.files import StoredFile
from jobmatch.core.region_paths import RegionPath
from jobmatch.core.states import stored
from jobmatch.core.uow import SCOPED
from jobmatch.people.pinyin import INITIALS_LENGTH, PINYIN_LENGTH, name_pinyin
from jobmatch.people.states import (
    ClaimState,
    JobSearchState,
    PoliticalStatus,
    Season,
    VerificationState,
)

LISTED = (
    "id",
    "region_path",
    "resettled_region_code",
    "erased_at",
    "verification",
    "search_state",
    "living_region_code",
)
"""Columns of a person that the staff's list narrows by: without one of them, each row of the table would be opened."""
TAIL = "length({0}) <= 4 AND trim({0}, '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ') = ''"
"""Of a card's number only the last four digits or letters are kept."""


class Person(PublicIdMixin, VersionMixin, Base):
    """A veteran or family member; four places are kept apart (registered, resettled, living, wanted).

    ``region_path`` is the subtree whose staff answer for the person (that of the responsible station).
    The station of ``resettled_region_code`` may read the file too, since figures go by the place of resettlement.
    ``changed_at`` moves with every change that matching or search could see, in child rows too. A row with
    ``erased_at`` is shown nowhere; ``merged_into_id`` says which file took over where two were one person's.
    ``pinyin`` and ``initials`` follow ``name``; NULL says that an older row has not been read yet.
    """

    __tablename__ = "person"
    __table_args__ = (
        Index("ix_person_region_path", "region_path"),
        # One index for each order of the list, with every column that it narrows by: a filter that few people meet is
        # answered without opening the others.
        Index("ix_person_list", "changed_at", *LISTED, "name"),
        Index("ix_person_list_name", "name", *LISTED),
        Index("ix_person_list_birth", "birth_on", *LISTED),
        Index("ix_person_resettled_region_code", "resettled_region_code"),
        CheckConstraint(TAIL.format("card_tail"), name="card_tail"),
        {"info": SCOPED},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), unique=True)
    name: Mapped[str] = mapped_column(String(60), info={"data": "contact"})
    pinyin: Mapped[str | None] = mapped_column(String(PINYIN_LENGTH), index=True, info={"data": "contact"})
    initials: Mapped[str | None] = mapped_column(String(INITIALS_LENGTH), index=True, info={"data": "contact"})
    phone = Secret(blind=True, tail=4, normalise=clean_phone)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info={"data": "contact"})
    phone_blind: Mapped[bytes | None] = mapped_column(LargeBinary(16), index=True, info={"data": "contact"})
    phone_tail_blind: Mapped[bytes | None] = mapped_column(LargeBinary(16), index=True, info={"data": "contact"})
    id_number = Secret(blind=True, tail=4, normalise=lambda value: value.strip().upper())
    id_number_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info={"data": "identity"})
    id_number_blind: Mapped[bytes | None] = mapped_column(LargeBinary(16), unique=True, info={"data": "identity"})
    id_number_tail_blind: Mapped[bytes | None] = mapped_column(LargeBinary(16), index=True, info={"data": "identity"})
    birth_on: Mapped[date | None] = mapped_column(info={"data": "identity"})
    sex: Mapped[str] = mapped_column(String(8), default="", info={"data": "identity"})
    station_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)
    region_path: Mapped[str] = mapped_column(RegionPath)
    registered_region_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"))
    resettled_region_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"))
    living_region_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"))
    latitude: Mapped[float | None] = mapped_column(info={"data": "contact"})
    longitude: Mapped[float | None] = mapped_column(info={"data": "contact"})
    education_code: Mapped[str | None] = mapped_column(ForeignKey("education_level.code"))
    major: Mapped[str] = mapped_column(String(80), default="")
    school: Mapped[str] = mapped_column(String(80), default="", server_default="")
    political_status: Mapped[PoliticalStatus | None] = mapped_column(
        stored(PoliticalStatus, "political_status"), info={"data": "sensitive"}
    )
    languages: Mapped[str] = mapped_column(String(120), default="", server_default="", info={"data": "recruit-3y"})
    strengths: Mapped[str] = mapped_column(String(200), default="", server_default="", info={"data": "recruit-3y"})
    fitness_note = Secret()
    fitness_note_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info={"data": "sensitive"})
    plain_fitness_note: Mapped[str] = mapped_column(
        "fitness_note", String(200), default="", server_default="", info={"data": "sensitive"}
    )
    """What rows older than the sealed column hold until the upgrade has sealed it; empty ever after."""
    about: Mapped[str] = mapped_column(Text, default="", info={"data": "recruit-3y"})
    search_state: Mapped[JobSearchState] = mapped_column(
        stored(JobSearchState, "search_state"), default=JobSearchState.LOOKING
    )
    search_state_since: Mapped[date]
    is_open_to_employers: Mapped[bool] = mapped_column(default=False)
    verification: Mapped[VerificationState] = mapped_column(
        stored(VerificationState, "verification"), default=VerificationState.UNVERIFIED
    )
    verified_at: Mapped[datetime | None]
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    verification_note: Mapped[str] = mapped_column(String(200), default="")
    verification_since: Mapped[datetime | None]
    verified_until: Mapped[date | None]
    card_tail: Mapped[str] = mapped_column(String(4), default="", server_default="", info={"data": "identity"})
    claim_state: Mapped[ClaimState] = mapped_column(
        stored(ClaimState, "claim_state"), default=ClaimState.NONE, server_default="none"
    )
    claim_tries: Mapped[int] = mapped_column(default=0, server_default="0")
    claimed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    kinds: Mapped[list[PersonKind]] = relationship(back_populates="person", lazy="raise")
    service: Mapped[ServiceRecord | None] = relationship(back_populates="person", lazy="raise", uselist=False)
    skills: Mapped[list[PersonSkill]] = relationship(lazy="raise", order_by="PersonSkill.id")
    certificates: Mapped[list[PersonCertificate]] = relationship(lazy="raise", order_by="PersonCertificate.id")
    licences: Mapped[list[PersonLicence]] = relationship(lazy="raise", order_by="PersonLicence.id")
    work_history: Mapped[list[WorkHistory]] = relationship(lazy="raise", order_by="WorkHistory.started_on.desc()")
    intention: Mapped[JobIntention | None] = relationship(back_populates="person", lazy="raise", uselist=False)

    __mapper_args__ = {"version_id_col": VersionMixin.version}

    @validates("name")
    def _sounds(self, _key: str, name: str) -> str:
        self.pinyin, self.initials = name_pinyin(name)
        return name


class PersonKind(Base):
    """One of the 12 kinds of service objects a person belongs to, dated and with proof; several may apply."""

    __tablename__ = "person_kind"
    __table_args__ = (
        UniqueConstraint("person_id", "kind_code", "valid_from"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="period"),
        # Whether somebody is of a kind on a day is answered from the index alone.
        Index("ix_person_kind_person", "person_id", "kind_code", "valid_from", "valid_to"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind_code: Mapped[str] = mapped_column(ForeignKey("service_object_kind.code"), index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    proof: Mapped[str] = mapped_column(String(200), default="")
    verified_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship(back_populates="kinds", lazy="raise")


class ServiceRecord(Base):
    """Military service of a person: categories only, never a unit or model number.

    ``military_skill`` is the trade of a skill certificate of the forces, with its level (0 none, 1 to 5: 五级 to 一级);
    ``card_tail`` are the last four of the discharge certificate. None of the two flags means not said.
    """

    __tablename__ = "service_record"
    __table_args__ = (
        CheckConstraint("discharged_on IS NULL OR discharged_on >= enlisted_on", name="period"),
        CheckConstraint("military_skill_level BETWEEN 0 AND 5", name="military_skill_level"),
        CheckConstraint(TAIL.format("card_tail"), name="card_tail"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    branch_code: Mapped[str | None] = mapped_column(ForeignKey("service_branch.code"), info={"data": "sensitive"})
    rank_code: Mapped[str | None] = mapped_column(ForeignKey("rank.code"), info={"data": "sensitive"})
    resettlement_code: Mapped[str | None] = mapped_column(ForeignKey("resettlement_method.code"), index=True)
    enlisted_on: Mapped[date | None] = mapped_column(info={"data": "sensitive"})
    discharged_on: Mapped[date | None] = mapped_column(index=True, info={"data": "sensitive"})
    discharge_season: Mapped[Season | None] = mapped_column(stored(Season, "discharge_season"))
    leadership: Mapped[int] = mapped_column(default=0)
    posts_held: Mapped[str] = mapped_column(Text, default="", info={"data": "recruit-3y"})
    honours: Mapped[str] = mapped_column(String(200), default="", info={"data": "sensitive"})
    honour_codes: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]", info={"data": "sensitive"})
    military_skill: Mapped[str] = mapped_column(String(80), default="", server_default="", info={"data": "sensitive"})
    military_skill_level: Mapped[int] = mapped_column(default=0, server_default="0", info={"data": "sensitive"})
    was_in_combat: Mapped[bool | None] = mapped_column(info={"data": "sensitive"})
    was_in_hardship: Mapped[bool | None] = mapped_column(info={"data": "sensitive"})
    card_tail: Mapped[str] = mapped_column(String(4), default="", server_default="", info={"data": "identity"})
    person: Mapped[Person] = relationship(back_populates="service", lazy="raise")
    specialties: Mapped[list[ServiceSpecialty]] = relationship(lazy="raise", order_by="ServiceSpecialty.years.desc()")


class ServiceSpecialty(Base):
    """A specialty of a service record with the years spent in it."""

    __tablename__ = "service_specialty"
    __table_args__ = (UniqueConstraint("service_record_id", "specialty_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    service_record_id: Mapped[int] = mapped_column(ForeignKey("service_record.id"))
    specialty_code: Mapped[str] = mapped_column(ForeignKey("military_specialty.code"))
    years: Mapped[float] = mapped_column(default=0)


class PersonSkill(Base):
    """A skill with its level (0 not said, 1 to 5 as 五级 to 一级) and whether staff saw a proof."""

    __tablename__ = "person_skill"
    __table_args__ = (
        UniqueConstraint("person_id", "skill_code"),
        CheckConstraint("level BETWEEN 0 AND 5", name="level"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    skill_code: Mapped[str] = mapped_column(ForeignKey("skill.code"), index=True)
    level: Mapped[int] = mapped_column(default=0)
    is_verified: Mapped[bool] = mapped_column(default=False)


class PersonCertificate(Base):
    """A certificate a person holds."""

    __tablename__ = "person_certificate"
    __table_args__ = (UniqueConstraint("person_id", "certificate_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    certificate_code: Mapped[str] = mapped_column(ForeignKey("certificate.code"), index=True)
    number: Mapped[str] = mapped_column(String(40), default="", server_default="", info={"data": "recruit-3y"})
    issued_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    is_verified: Mapped[bool] = mapped_column(default=False)


class PersonLicence(Base):
    """A driving licence class a person holds."""

    __tablename__ = "person_licence"
    __table_args__ = (UniqueConstraint("person_id", "licence_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    licence_code: Mapped[str] = mapped_column(ForeignKey("driver_licence.code"))
    issued_on: Mapped[date | None]
    is_verified: Mapped[bool] = mapped_column(default=False)


class WorkHistory(PublicIdMixin, Base):
    """Civil work a person tells about; the employment register is kept apart from it."""

    __tablename__ = "work_history"
    __table_args__ = (CheckConstraint("ended_on IS NULL OR ended_on >= started_on", name="period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    employer_name: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(80))
    occupation_code: Mapped[str | None] = mapped_column(ForeignKey("occupation.code"))
    started_on: Mapped[date]
    ended_on: Mapped[date | None]
    duties: Mapped[str] = mapped_column(Text, default="")


class JobIntention(Base):
    """What a person wants: occupations, regions, pay, shifts, start; empty lists mean anything."""

    __tablename__ = "job_intention"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    words: Mapped[str] = mapped_column(String(200), default="")
    occupation_codes: Mapped[list[str]] = mapped_column(JSON, default=list)
    region_codes: Mapped[list[str]] = mapped_column(JSON, default=list)
    max_distance_km: Mapped[int | None]
    pay_floor_yuan: Mapped[int | None]
    shifts: Mapped[list[str]] = mapped_column(JSON, default=list)
    employment_types: Mapped[list[str]] = mapped_column(JSON, default=list)
    start_on: Mapped[date | None]
    stated_on: Mapped[date]
    person: Mapped[Person] = relationship(back_populates="intention", lazy="raise")


class ResumeReading(PublicIdMixin, Base):
    """An uploaded résumé: the file, and what was read in it until the person has chosen what to take over.

    ``found`` is the reading as JSON, sealed because it holds all of a person; it is gone once ``confirmed_at`` is set.
    A reading that nobody confirms within the hour is dropped with its file.
    """

    __tablename__ = "resume_reading"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), unique=True)
    found = Secret()
    found_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info={"data": "contact"})
    created_at: Mapped[datetime] = mapped_column(index=True)
    confirmed_at: Mapped[datetime | None]
    file: Mapped[StoredFile] = relationship(lazy="raise")
