"""The talent pool: people, what they are, can and want, who may see them, and the employment register."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    event,
    inspect,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from jobmatch.accounts.models import clean_phone
from jobmatch.core.crypto import Secret
from jobmatch.core.db import Base, PublicIdMixin, VersionMixin
from jobmatch.core.files import StoredFile
from jobmatch.core.states import stored
from jobmatch.core.uow import SCOPED
from jobmatch.people.pinyin import INITIALS_LENGTH, PINYIN_LENGTH, name_pinyin
from jobmatch.people.states import (
    AppealState,
    ClaimState,
    ConfirmationWay,
    ConsentPurpose,
    ConsentWay,
    ContractTerm,
    EvidenceKind,
    GrantPurpose,
    InsuranceState,
    JobSearchState,
    PaperKind,
    PayBand,
    PoliticalStatus,
    ProxyScope,
    ProxyWay,
    RegisterSource,
    Season,
    VerificationAct,
    VerificationState,
    WorkChannel,
)

LISTED = ("id", "region_path", "erased_at", "verification", "search_state", "living_region_code")
"""Columns of a person that the staff's list narrows by."""
_TAIL = "length({0}) <= 4 AND trim({0}, '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ') = ''"
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
        CheckConstraint(_TAIL.format("card_tail"), name="card_tail"),
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
    region_path: Mapped[str] = mapped_column(String(80))
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
    fitness_note: Mapped[str] = mapped_column(String(200), default="", server_default="", info={"data": "sensitive"})
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
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
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
        CheckConstraint(_TAIL.format("card_tail"), name="card_tail"),
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


class Grant(PublicIdMixin, Base):
    """The only reason an outsider sees a person: to whom, for what, which fields, until when."""

    __tablename__ = "grant"
    __table_args__ = (Index("ix_grant_person_organization", "person_id", "organization_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    purpose: Mapped[GrantPurpose] = mapped_column(stored(GrantPurpose, "purpose"))
    fields: Mapped[list[str]] = mapped_column(JSON, default=list)
    notice: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    valid_until: Mapped[date]
    revoked_at: Mapped[datetime | None]


class EmployerBlock(Base):
    """An organization that a person does not want to be seen by, whatever else they opened."""

    __tablename__ = "employer_block"
    __table_args__ = (UniqueConstraint("person_id", "organization_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    created_at: Mapped[datetime]


class Verification(PublicIdMixin, Base):
    """One act of verification: the paper seen, its last four, the day, by whom. Rows are added, never changed.

    ``Person.verification`` is the present state that these acts led to.
    """

    __tablename__ = "verification"
    __table_args__ = (CheckConstraint(_TAIL.format("tail"), name="tail"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    act: Mapped[VerificationAct] = mapped_column(stored(VerificationAct, "act"))
    paper: Mapped[PaperKind | None] = mapped_column(stored(PaperKind, "paper"))
    tail: Mapped[str] = mapped_column(String(4), default="", info={"data": "identity"})
    seen_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(String(200), default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]


class VerificationAppeal(PublicIdMixin, VersionMixin, Base):
    """A person's word against a refusal; ``region_path`` is that of the station above the one that refused."""

    __tablename__ = "verification_appeal"
    __table_args__ = (
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided"),
        Index(
            "uq_verification_appeal_open",
            "person_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_verification_appeal_region_path", "region_path"),
        {"info": SCOPED},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    verification_id: Mapped[int] = mapped_column(ForeignKey("verification.id"))
    region_path: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text, info={"data": "recruit-3y"})
    state: Mapped[AppealState] = mapped_column(stored(AppealState, "state"), default=AppealState.OPEN)
    reason: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship(lazy="raise")
    verification: Mapped[Verification] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": VersionMixin.version}


class ProxyConsent(PublicIdMixin, Base):
    """A person lets one member of staff act in their place: for what, how they agreed, until when."""

    __tablename__ = "proxy_consent"
    __table_args__ = (
        CheckConstraint("valid_until >= given_on", name="period"),
        Index("ix_proxy_consent_person_clerk", "person_id", "clerk_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    clerk_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    station_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    scope: Mapped[ProxyScope] = mapped_column(stored(ProxyScope, "scope"))
    way: Mapped[ProxyWay] = mapped_column(stored(ProxyWay, "way"))
    given_on: Mapped[date]
    valid_until: Mapped[date]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    note: Mapped[str] = mapped_column(String(200), default="", info={"data": "recruit-3y"})
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Consent(PublicIdMixin, Base):
    """One line of the ledger of consent: given or withdrawn, for what and to whom; only ever added to.

    ``notice`` is the text that was agreed to, ``notice_version`` the version of the privacy notice in force.
    """

    __tablename__ = "consent"
    __table_args__ = (
        CheckConstraint("(purpose = 'recipient') = (organization_id IS NOT NULL)", name="recipient"),
        Index("ix_consent_person_purpose", "person_id", "purpose"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    purpose: Mapped[ConsentPurpose] = mapped_column(stored(ConsentPurpose, "purpose"))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    is_given: Mapped[bool]
    notice: Mapped[str] = mapped_column(Text, default="")
    notice_version: Mapped[int] = mapped_column(default=0)
    way: Mapped[ConsentWay] = mapped_column(stored(ConsentWay, "way"))
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]


class PrivacyNotice(PublicIdMixin, Base):
    """A version of the privacy notice; the newest that is in force is the one shown. Versions are never changed."""

    __tablename__ = "privacy_notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    body: Mapped[str] = mapped_column(Text)
    changes: Mapped[str] = mapped_column(String(300), default="")
    valid_from: Mapped[date]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]


@event.listens_for(Consent, "before_update")
@event.listens_for(PrivacyNotice, "before_update")
def _refuse_change(_mapper: Any, _connection: Any, row: Any) -> None:
    """What somebody agreed to is never rewritten; only a merge hands a line to the file that goes on."""
    changed = {attribute.key for attribute in inspect(row).attrs if attribute.history.has_changes()}
    if changed - {"person_id"}:
        raise TypeError(f"{type(row).__name__} is only added to")


class EmploymentSpell(PublicIdMixin, VersionMixin, Base):
    """One line of the employment register (就业台账): where a person is, since when, in what form of work.

    ``status_code`` is a row of ``employment_status_kind`` and says the form of work. At most one standing line of a
    person is open (``ended_on`` NULL). Nothing is overwritten: a correction is a new line that ``supersedes_id`` the
    wrong one, which keeps its values and its ``superseded_at`` and counts nowhere from then on. ``evidence`` is what
    the line was first written on; what holds on a day is said by its confirmations.
    """

    __tablename__ = "employment_spell"
    __table_args__ = (
        CheckConstraint("ended_on IS NULL OR ended_on >= started_on", name="period"),
        CheckConstraint("(supersedes_id IS NULL) = (correction_reason = '')", name="correction"),
        Index(
            "uq_employment_spell_person_standing",
            "person_id",
            unique=True,
            sqlite_where=text("ended_on IS NULL AND superseded_at IS NULL"),
            postgresql_where=text("ended_on IS NULL AND superseded_at IS NULL"),
        ),
        Index("ix_employment_spell_started_on", "started_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    status_code: Mapped[str] = mapped_column(ForeignKey("employment_status_kind.code"), index=True)
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)
    employer_name: Mapped[str] = mapped_column(String(120), default="")
    title: Mapped[str] = mapped_column(String(80), default="")
    occupation_code: Mapped[str | None] = mapped_column(ForeignKey("occupation.code"))
    contract: Mapped[ContractTerm] = mapped_column(
        stored(ContractTerm, "contract"), default=ContractTerm.NOT_KNOWN, server_default=ContractTerm.NOT_KNOWN.value
    )
    contract_until: Mapped[date | None]
    insurance: Mapped[InsuranceState] = mapped_column(
        stored(InsuranceState, "insurance"),
        default=InsuranceState.NOT_KNOWN,
        server_default=InsuranceState.NOT_KNOWN.value,
    )
    pay_band: Mapped[PayBand] = mapped_column(
        stored(PayBand, "pay_band"), default=PayBand.NOT_KNOWN, server_default=PayBand.NOT_KNOWN.value
    )
    county_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"))
    channel: Mapped[WorkChannel] = mapped_column(
        stored(WorkChannel, "channel"), default=WorkChannel.NOT_KNOWN, server_default=WorkChannel.NOT_KNOWN.value
    )
    started_on: Mapped[date]
    ended_on: Mapped[date | None]
    evidence: Mapped[EvidenceKind] = mapped_column(stored(EvidenceKind, "evidence"), default=EvidenceKind.NONE)
    evidence_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(String(200), default="")
    source: Mapped[RegisterSource] = mapped_column(stored(RegisterSource, "source"))
    source_key: Mapped[str | None] = mapped_column(String(40), unique=True)
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("employment_spell.id"), unique=True)
    correction_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
    superseded_at: Mapped[datetime | None]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    recorded_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": VersionMixin.version}


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


class Confirmation(PublicIdMixin, Base):
    """Somebody's word, or a paper, that a line of the register was so on ``confirmed_on``: who, how and when.

    It holds up to and including ``valid_until``, computed when it was written from the dated rule of its kind, so
    that a figure of a past day can be counted again. ``said_by`` is whoever said it, in words.
    """

    __tablename__ = "employment_confirmation"
    __table_args__ = (
        CheckConstraint("valid_until >= confirmed_on", name="period"),
        CheckConstraint("evidence <> 'none'", name="evidence_given"),
        Index("ix_employment_confirmation_spell", "spell_id", "valid_until", "confirmed_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    spell_id: Mapped[int] = mapped_column(ForeignKey("employment_spell.id"))
    evidence: Mapped[EvidenceKind] = mapped_column(stored(EvidenceKind, "evidence"))
    way: Mapped[ConfirmationWay] = mapped_column(stored(ConfirmationWay, "way"))
    said_by: Mapped[str] = mapped_column(String(60), default="", info={"data": "contact"})
    confirmed_on: Mapped[date]
    valid_until: Mapped[date]
    note: Mapped[str] = mapped_column(String(200), default="")
    source_key: Mapped[str | None] = mapped_column(String(60), unique=True)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    recorded_at: Mapped[datetime]
