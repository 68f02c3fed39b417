"""The exchange room: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.exchange import api
from jobmatch.exchange.jobs import JOBS, TIMED
from jobmatch.exchange.views import feeds, people, postings
from jobmatch.exchange.views.blueprint import blueprint
from jobmatch.web.room import Room

_VIEWS = (people, postings, feeds)
"""Imported so that their pages hang on the blueprint."""

ROOM = Room("exchange", blueprints=(blueprint, api.blueprint), jobs=JOBS, timed=TIMED)
"""Its pages are reached from the lists of people and of postings."""
