"""Rows about public pages for one side of the town: a search somebody keeps, a digest, an issue of the bulletin."""

from __future__ import annotations

from jobmatch.accounts.models import Organization
from jobmatch.applications.models import Digest
from jobmatch.applications.services.origins import record_origin
from jobmatch.bulletins.models import Bulletin, BulletinItem, BulletinLink
from jobmatch.bulletins.queries import week_of
from jobmatch.bulletins.states import BulletinState
from jobmatch.core.uow import UnitOfWork
from jobmatch.matching.models import SavedSearch
from jobmatch.people.models.person import Person
from recruiters.postings.models import Posting

PUBLIC_SUBJECTS: tuple[tuple[str, dict[str, str]], ...] = (
    ("/b/", {"code": "bulletin code"}),
    ("/me/digests/", {"public_id": "digest"}),
    ("/me/searches/", {"public_id": "search"}),
    ("/off/", {"what": "=all", "public_id": "person", "signature": "=0"}),
    ("/r/", {"public_id": "intake"}),
    ("/s/", {"public_id": "survey"}),
    ("/sitemap-", {"number": "=1"}),
    ("/staff/bulletins/", {"public_id": "bulletin", "station_id": "station", "output": "=board.pdf"}),
)


def public_rows(uow: UnitOfWork, station: Organization, person: Person, posting: Posting, bird: str) -> dict[str, str]:
    """What a person keeps for themselves, and what the office hands on."""
    search = SavedSearch(person_id=person.id, name=f"{bird}-SEARCH", args={"q": "司机"}, created_at=uow.now)
    digest = Digest(
        person_id=person.id, made_on=uow.today, made_at=uow.now, title=f"{bird}-DIGEST", posting_ids=[posting.id]
    )
    bulletin = Bulletin(
        region_path=station.region_path,
        week_on=week_of(uow.today),
        state=BulletinState.RELEASED,
        number=1,
        created_at=uow.now,
        released_at=uow.now,
    )
    uow.session.add_all([search, digest, bulletin])
    uow.session.flush()
    code = bird[:3].lower() + "22zz2"
    uow.session.add(BulletinItem(bulletin_id=bulletin.id, posting_id=posting.id, position=1))
    uow.session.add(BulletinLink(bulletin_id=bulletin.id, station_id=station.id, code=code))
    record_origin(uow, code)
    return {
        "search": search.public_id,
        "digest": digest.public_id,
        "bulletin": bulletin.public_id,
        "bulletin code": code,
    }
