"""The role table: every permission of the house and who holds it. The access test computes its matrix from here."""

from __future__ import annotations

from jobmatch.accounts.states import EMPLOYER_ROLES, PERSON_ROLES, Role

PERMISSIONS: dict[str, str] = {
    "public": "browse postings and employers, search, sign up, sign in",
    "account.own": "own account: name, password, sessions, messages, display",
    "person.own": "own profile, intention, consent",
    "match.own": "own recommendations and saved postings",
    "application.own": "apply, follow, withdraw, answer offers, confirm a start",
    "employer.read": "the own employer's pages, in every role of it",
    "employer.own": "own employer's data and vetting request",
    "posting.write": "draft postings of the own employer",
    "posting.submit": "send own postings to review, pause, renew, close",
    "application.handle": "screen, interview, offer, reject for the own employer",
    "application.handed": "applications that a colleague handed over, without contact data",
    "match.people": "recommended people for own postings, masked",
    "organization.invite": "invite colleagues into the own organization",
    "provider.own": "own training provider's data",
    "incubator.own": "own incubator's data",
    "mentor.own": "own mentoring",
    "fair.help": "help at one fair on one day",
    "fair.exhibit": "sign the own employer up for fairs, and work its booth",
    "fair.manage": "plan, run and count fairs of the own subtree",
    "class.manage": "courses, classes, enrollments and their money in the own subtree",
    "venture.manage": "ventures, incubators and their support in the own subtree",
    "staff.home": "the office's first page",
    "person.read": "people of the own subtree",
    "person.write": "register and correct people of the own subtree",
    "person.verify": "verify people of the own subtree",
    "employer.vet": "vet employers of the own subtree",
    "posting.review": "review postings of the own subtree",
    "application.read": "applications of people of the own subtree",
    "complaint.handle": "complaints about postings and employers of the own subtree",
    "person.import": "import people from tables, and undo an import",
    "person.merge": "join two files of one person, and undo it",
    "employer.merge": "join two records of one employer, and undo it",
    "case.work": "tasks, contacts, plans and service requests of the own subtree",
    "difficulty.read": "hardship and disability facts of people of the own subtree, each look with a reason",
    "placement.write": "the resettlement ledger of the own subtree",
    "crosscheck.run": "lists to other departments and their answers",
    "station.manage": "stations below the own one: their people, duty and visit plans",
    "rights.handle": "requests of people about their data",
    "privacy.manage": "privacy notice, impact assessment, breach checklist, key rotation",
    "register.write": "the employment register of the own subtree",
    "report.read": "figures of the own subtree",
    "report.people": "lists of people behind a figure",
    "report.submit": "fill, review and accept reports of the own subtree, freeze figures, write papers",
    "campaign.manage": "special actions, checks and samples of the own subtree",
    "api.manage": "machine tokens, webhooks and exports of the own office",
    "import.run": "import posting tables",
    "code.issue": "give a one-time sign-in code at the window",
    "recovery.assist": "help with a lost second factor or a changed phone",
    "staff.invite": "invite staff into the own subtree",
    "reference.edit": "edit local rows of code tables and rules",
    "model.read": "what the ranking model is, its versions and their figures",
    "system.manage": "accounts, stations, background work, the ranking model",
    "security.manage": "sessions and locks of accounts",
    "audit.read": "the audit trail",
}

NETTED = frozenset(
    {"person.read", "person.write", "person.verify", "person.import", "register.write", "difficulty.read"}
)
"""Whose pages start from people of the own subtree and show nobody else: on PostgreSQL the rows of others are not even
there (R2). Pages that begin with a fair, a posting or a task may lawfully show a person who lives, or has moved,
elsewhere."""

_SIGNED_IN = {"public", "account.own"}
_PERSON = _SIGNED_IN | {"person.own", "match.own", "application.own"}
_RECRUITER_NEW = _SIGNED_IN | {"employer.read", "posting.write"}
_RECRUITER = {"posting.submit", "application.handle", "match.people", "fair.exhibit"}
_EMPLOYER_NEW = _RECRUITER_NEW | {"employer.own", "organization.invite"}

ROLE_TABLE: dict[str, frozenset[str]] = {
    "anonymous": frozenset({"public"}),
    "account": frozenset(_SIGNED_IN),
    **{role.value: frozenset(_PERSON) for role in PERSON_ROLES},
    "employer_member:new": frozenset(_EMPLOYER_NEW),
    "employer_member": frozenset(_EMPLOYER_NEW | _RECRUITER),
    "employer_recruiter:new": frozenset(_RECRUITER_NEW),
    "employer_recruiter": frozenset(_RECRUITER_NEW | _RECRUITER),
    "employer_reader:new": frozenset(_SIGNED_IN | {"employer.read"}),
    "employer_reader": frozenset(_SIGNED_IN | {"employer.read", "application.handed"}),
    "provider_member": frozenset(_SIGNED_IN | {"provider.own", "organization.invite"}),
    "incubator_operator": frozenset(_SIGNED_IN | {"incubator.own", "organization.invite"}),
    "mentor": frozenset(_SIGNED_IN | {"mentor.own"}),
    "fair_helper": frozenset(_SIGNED_IN | {"fair.help"}),
    "station_staff": frozenset(
        _SIGNED_IN
        | {
            "staff.home",
            "person.read",
            "person.write",
            "person.verify",
            "employer.vet",
            "posting.review",
            "application.read",
            "complaint.handle",
            "person.import",
            "person.merge",
            "employer.merge",
            "case.work",
            "difficulty.read",
            "fair.manage",
            "fair.help",
            "class.manage",
            "venture.manage",
            "placement.write",
            "crosscheck.run",
            "station.manage",
            "rights.handle",
            "register.write",
            "report.read",
            "report.people",
            "report.submit",
            "campaign.manage",
            "api.manage",
            "import.run",
            "code.issue",
            "recovery.assist",
            "staff.invite",
            "reference.edit",
            "model.read",
        }
    ),
    "superior_reader": frozenset(_SIGNED_IN | {"report.read"}),
    "system_admin": frozenset(_SIGNED_IN | {"system.manage", "staff.invite", "reference.edit", "model.read"}),
    "security_admin": frozenset(_SIGNED_IN | {"security.manage", "privacy.manage", "recovery.assist"}),
    "audit_admin": frozenset(_SIGNED_IN | {"audit.read"}),
}


def role_key(role: Role, *, organization_is_active: bool) -> str:
    """The row of the role table: an employer that is not vetted yet holds fewer permissions."""
    if role in EMPLOYER_ROLES and not organization_is_active:
        return f"{role.value}:new"
    return role.value


def permissions_of(role: Role, *, organization_is_active: bool = True) -> frozenset[str]:
    """Permissions of one membership."""
    return ROLE_TABLE[role_key(role, organization_is_active=organization_is_active)]
