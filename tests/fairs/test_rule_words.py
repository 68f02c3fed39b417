"""Texts about fairs print what the dated rules say."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update

from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.planning.drafts import draft_facts, sections
from jobmatch.fairs.planning.queries import steps_of
from jobmatch.fairs.planning.services.steps import lay_steps
from jobmatch.reference.models import DatedRule
from jobmatch.reference.queries import clear_caches
from tests.fairs.day_help import SYSTEM, browser, stage
from tests.fairs.help import make_fair
from tests.recruiters.help import text_of


def test_hints_and_drafts_print_the_values_of_the_rules(uow: UnitOfWork) -> None:
    fair = make_fair(uow)
    lay_steps(uow, fair)
    uow.session.refresh(fair, ["organization"])
    hints = {row.kind.code: row.hint for _phase, rows in steps_of(uow.session, fair, uow.today) for row in rows}
    assert "开场 30 分钟没来的记缺席，12 个月里缺席 2 次，12 个月不能再订" in hints["fs12"]
    assert "至少存 2 年" in hints["fs19"] and not any("{" in hint for hint in hints.values())
    uow.session.execute(update(DatedRule).where(DatedRule.code == "fair_archive_years").values(value=5))
    clear_caches()
    words = [line for _head, lines in sections(draft_facts(uow.session, fair, uow.today)) for line in lines]
    clear_caches()
    assert any("至少保存 5 年" in line for line in words)


def test_the_page_of_booths_prints_how_long_a_yes_waits(app: Any) -> None:
    here = stage(app.runtime)
    with app.runtime.unit(SYSTEM) as uow:
        uow.session.execute(update(DatedRule).where(DatedRule.code == "fair_intention_days").values(value=4))
    clear_caches()
    assert "4 天里可以补确认" in text_of(browser(app, here.users["staff"]).get(f"/staff/fairs/{here.fair}/booths"))
    clear_caches()
