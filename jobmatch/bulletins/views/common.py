"""What both audiences share: the blueprint, and an edition with the addresses of this site."""

from __future__ import annotations

from flask import Blueprint, url_for

from jobmatch.accounts.models import Organization
from jobmatch.bulletins.editions import Edition, make_edition
from jobmatch.bulletins.models import Bulletin, BulletinLink
from jobmatch.core.uow import UnitOfWork

blueprint = Blueprint("bulletins", "jobmatch.bulletins", template_folder="templates")


def edition_of(uow: UnitOfWork, bulletin: Bulletin, link: BulletinLink, station: Organization) -> Edition:
    """The edition of a station; every address carries the station's code, so that applications can be counted."""

    def posting_url(public_id: str) -> str:
        return url_for("applications.posting", public_id=public_id, _external=True, **{"from": link.code})

    url = url_for("bulletins.by_code", code=link.code, _external=True)
    return make_edition(uow, bulletin, link, station, url=url, posting_url=posting_url)
