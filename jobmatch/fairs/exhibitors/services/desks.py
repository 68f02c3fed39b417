"""The address of a booth's phone page, for employers that have no account: made, replaced and taken back."""

from __future__ import annotations

import secrets

from jobmatch.accounts.services.sessions import token_hash
from jobmatch.core.errors import Conflict, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.exhibitors.models import Exhibitor
from jobmatch.fairs.exhibitors.policies import can_change_postings
from jobmatch.fairs.exhibitors.queries import AT_BOOTH
from jobmatch.fairs.planning.models import JobFair
from recruiters.employers.models import Employer


def make_desk_link(uow: UnitOfWork, fair: JobFair, exhibitor: Exhibitor) -> str:
    """A fresh address of the booth's phone page; returns its token, which is stored nowhere. The older one is over.

    Raises ``Conflict`` for an exhibitor without a place.
    """
    require(can_change_postings(uow.actor, fair, uow.session.get_one(Employer, exhibitor.employer_id)))
    if exhibitor.state not in AT_BOOTH:
        raise Conflict(_("同意参会以后才有展位的手机页"))
    token = secrets.token_urlsafe(32)
    exhibitor.desk_sha256 = token_hash(token)
    uow.session.flush()
    uow.audit("exhibitor.desk_link", exhibitor)
    return token


def revoke_desk_link(uow: UnitOfWork, fair: JobFair, exhibitor: Exhibitor) -> Exhibitor:
    """The address opens nothing any more; twice changes nothing."""
    require(can_change_postings(uow.actor, fair, uow.session.get_one(Employer, exhibitor.employer_id)))
    if exhibitor.desk_sha256 is not None:
        exhibitor.desk_sha256 = None
        uow.session.flush()
        uow.audit("exhibitor.desk_revoke", exhibitor)
    return exhibitor
