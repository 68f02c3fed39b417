"""Making issues: the proposal, what staff pick and in which order, the release with a link for every station."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence

from sqlalchemy import select, update

from jobmatch.accounts.models import Organization
from jobmatch.accounts.states import OrganizationKind, OrganizationState
from jobmatch.applications.services.origins import record_origin
from jobmatch.bulletins.models import Bulletin, BulletinItem, BulletinLink
from jobmatch.bulletins.policies import COUNTY_LENGTH, can_edit_bulletin, is_office
from jobmatch.bulletins.queries import issue_of_week, items_of, last_number, picked_postings, stations_below, week_of
from jobmatch.bulletins.services.proposing import MOST, propose_postings
from jobmatch.bulletins.states import BulletinState
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.ids import ALPHABET
from jobmatch.core.uow import UnitOfWork
from recruiters.postings.models import Posting

CODE_LENGTH = 8


def make_issue(uow: UnitOfWork, region_path: str) -> Bulletin:
    """The issue of this week with what the system proposes; the one there is, if there is one.

    Raises ``Invalid`` for a place below a county: townships hand on the issue of their county.
    """
    if not is_office(region_path):
        raise Invalid(_("岗位信息由县里统一编，乡镇直接用自己的那一版"))
    require(can_edit_bulletin(uow.actor, region_path))
    week_on = week_of(uow.today)
    known = issue_of_week(uow.session, region_path, week_on)
    if known is not None:
        return known
    bulletin = Bulletin(region_path=region_path, week_on=week_on, created_at=uow.now, created_by_id=uow.actor.user_id)
    uow.session.add(bulletin)
    uow.session.flush()
    _propose(uow, bulletin)
    uow.audit("bulletin.make", bulletin)
    return bulletin


def _propose(uow: UnitOfWork, bulletin: Bulletin) -> None:
    chosen = propose_postings(uow, bulletin.region_path)
    uow.session.add_all(
        BulletinItem(bulletin_id=bulletin.id, posting_id=posting_id, position=place)
        for place, posting_id in enumerate(chosen, 1)
    )
    uow.session.flush()


def propose_again(uow: UnitOfWork, bulletin: Bulletin) -> None:
    """Throw the proposal away and make a new one. Raises ``Conflict`` for an issue that is out."""
    _need_draft(uow, bulletin)
    for item in items_of(uow.session, bulletin):
        uow.session.delete(item)
    uow.session.flush()
    _propose(uow, bulletin)
    uow.audit("bulletin.make", bulletin, again=True)


def arrange_issue(uow: UnitOfWork, bulletin: Bulletin, *, picked: Sequence[str], places: Mapping[str, int]) -> int:
    """Print the picked postings (public ids) in the order of their places; returns how many.

    Raises ``Conflict`` for an issue that is out, ``Invalid`` beyond what a sheet holds.
    """
    _need_draft(uow, bulletin)
    if len(set(picked)) > MOST:
        raise Invalid(_("一期最多 %(n)s 个岗位", n=MOST))
    items = items_of(uow.session, bulletin)
    names = select(Posting.id, Posting.public_id).where(Posting.id.in_([item.posting_id for item in items]))
    public_ids = {row.id: row.public_id for row in uow.session.execute(names)}
    for item in items:
        item.is_picked = public_ids[item.posting_id] in picked
    # Whoever gave two the same place meant: before the one that stood there.
    ordered = sorted(
        items,
        key=lambda item: (
            not item.is_picked,
            places.get(public_ids[item.posting_id], item.position),
            places.get(public_ids[item.posting_id], item.position) == item.position,
            item.position,
        ),
    )
    for place, item in enumerate(ordered, 1):
        item.position = place
    uow.session.flush()
    return sum(item.is_picked for item in items)


def release_issue(uow: UnitOfWork, bulletin: Bulletin) -> Bulletin:
    """Number the issue and give every station its link. Raises ``Invalid`` where nothing is picked."""
    _need_draft(uow, bulletin)
    if not picked_postings(uow, bulletin):
        raise Invalid(_("还没有选岗位，选好再发布"))
    bulletin.number = last_number(uow.session, bulletin.region_path) + 1
    bulletin.state, bulletin.released_at = BulletinState.RELEASED, uow.now
    bulletin.released_by_id = uow.actor.user_id
    for station in stations_below(uow.session, bulletin.region_path):
        code = "".join(secrets.choice(ALPHABET) for _sign in range(CODE_LENGTH))
        uow.session.add(BulletinLink(bulletin_id=bulletin.id, station_id=station.id, code=code))
        record_origin(uow, code)
    uow.session.flush()
    uow.audit("bulletin.release", bulletin, number=bulletin.number)
    return bulletin


def _need_draft(uow: UnitOfWork, bulletin: Bulletin) -> None:
    require(can_edit_bulletin(uow.actor, bulletin.region_path))
    if bulletin.state is not BulletinState.DRAFT:
        raise Conflict(_("第 %(n)s 期已经发布，不能再改", n=bulletin.number))


def count_click(uow: UnitOfWork, code: str) -> None:
    """Count one opening of a station's link; comes through the buffer, and says nothing about who it was."""
    uow.session.execute(
        update(BulletinLink).where(BulletinLink.code == code).values(click_count=BulletinLink.click_count + 1),
        execution_options={"synchronize_session": False},
    )


def make_due_issues(uow: UnitOfWork) -> int:
    """Propose this week's issue to every county office that has none; returns how many were made."""
    require(uow.actor.is_system)
    offices = select(Organization.region_path).where(
        Organization.kind == OrganizationKind.STATION, Organization.state == OrganizationState.ACTIVE
    )
    paths = {path for path in uow.session.scalars(offices) if len(path.strip("/").split("/")[-1]) == COUNTY_LENGTH}
    made = 0
    for path in sorted(paths):
        if issue_of_week(uow.session, path, week_of(uow.today)) is None and propose_postings(uow, path):
            make_issue(uow, path)
            made += 1
    return made
