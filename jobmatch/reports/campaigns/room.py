"""Special actions, spot checks and checks of stations: what app, worker and tests read."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.reports.campaigns.blueprint import blueprint
from jobmatch.reports.campaigns.jobs import JOBS, TIMED
from jobmatch.reports.campaigns.views import campaigns, checklists, checks, spots
from jobmatch.web.room import MenuItem, Room

_VIEWS = (campaigns, spots, checklists, checks)
"""Imported so that their pages hang on the blueprint."""

ROOM = Room(
    "campaigns",
    blueprints=(blueprint,),
    jobs=JOBS,
    timed=TIMED,
    menu=(
        MenuItem(
            "more",
            "campaigns.campaigns",
            N_("专项行动"),
            "flag",
            "campaign.manage",
            order=63,
            also=(
                "campaigns.new_campaign",
                "campaigns.edit_campaign",
                "campaigns.campaign",
                "campaigns.move_campaign",
                "campaigns.close_campaign",
                "campaigns.add_task",
                "campaigns.finish_task",
                "campaigns.remove_task",
                "campaigns.campaign_list",
                "campaigns.summary",
            ),
        ),
        MenuItem(
            "more",
            "campaigns.spot_checks",
            N_("就业抽查"),
            "phone",
            "campaign.manage",
            order=64,
            also=("campaigns.draw", "campaigns.spot_check", "campaigns.call_back", "campaigns.line_phone"),
        ),
        MenuItem(
            "more",
            "campaigns.checklists",
            N_("检查考核"),
            "list-check",
            "campaign.manage",
            order=65,
            also=(
                "campaigns.new_checklist",
                "campaigns.edit_checklist",
                "campaigns.checklist",
                "campaigns.add_item",
                "campaigns.start_checks",
                "campaigns.board",
                "campaigns.check",
                "campaigns.answer_item",
                "campaigns.object_to_check",
                "campaigns.answer_objection",
            ),
        ),
        MenuItem("more", "campaigns.ranking", N_("服务站排名"), "chart-bar", "report.read", order=66),
    ),
)
