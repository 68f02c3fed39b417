"""Whoever reads the audit trail reads words: every action that the code writes has a label, and no label is unused."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobmatch.accounts.actions import LABELS, actions_called, label_of_action
from jobmatch.applications.states import Move
from jobmatch.complaints.states import COMPLAINT_FLOW
from jobmatch.core.i18n import use_locale
from jobmatch.fairs.planning.states import FAIR_FLOW
from jobmatch.reference.services import EDITABLE
from jobmatch.reports.filing.states import SUBMISSION_FLOW
from recruiters.employers.states import VETTING_FLOW
from recruiters.postings.states import POSTING_FLOW
from training.courses.catalog.states import PROVIDER_FLOW
from training.courses.classes.states import SESSION_FLOW
from training.courses.payments.states import PAY_FLOW
from training.incubation.support.states import SUPPORT_FLOW

AUDITS = {"audit", "audit_each"}
ROOT = Path(__file__).parents[2]
# What may stand in the open place of an action that is put together.
OPEN_PLACES = {
    ("application.", ""): {move.value for move in Move},
    ("complaint.", ""): {action.value for _state, action in COMPLAINT_FLOW},
    ("class.pay_", ""): {state.value for state in PAY_FLOW.values()},
    ("class.", ""): {action for _state, action in SESSION_FLOW},
    ("employer.", ""): {action for _state, action in VETTING_FLOW},
    ("fair.", ""): {action for _state, action in FAIR_FLOW},
    ("provider.", ""): {action for _state, action in PROVIDER_FLOW},
    ("posting.", ""): {action for _state, action in POSTING_FLOW},
    ("school.", ""): {"graduate", "drop"},
    ("support.", ""): {state.value for (_state, act), state in SUPPORT_FLOW.items() if act != "withdraw"},
    ("submission.", ""): {step.value for _state, step in SUBMISSION_FLOW},
    ("reference.", ".save"): {model.__tablename__ for model in EDITABLE},
}


def actions_in(node: ast.expr) -> Iterator[str]:
    """The codes that the first argument of an ``audit`` call can be."""
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.IfExp):
        yield from itertools.chain(actions_in(node.body), actions_in(node.orelse))
    elif isinstance(node, ast.JoinedStr):
        before, after = "".join(
            str(part.value) if isinstance(part, ast.Constant) else "\0" for part in node.values
        ).split("\0")
        yield from (f"{before}{word}{after}" for word in OPEN_PLACES[before, after])
    else:
        raise AssertionError(f"an action nobody can list: {ast.unparse(node)}")


def written_actions() -> set[str]:
    found: set[str] = set()
    for package in ("jobmatch", "recruiters", "training"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in AUDITS:
                    found.update(actions_in(node.args[0]))
    return found


def test_every_action_has_a_label_and_every_label_an_action() -> None:
    assert sorted(written_actions() ^ LABELS.keys()) == []


def test_labels_tell_actions_apart() -> None:
    for locale in ("zh", "en"):
        with use_locale(locale):
            labels = [label_of_action(code) for code in LABELS]
            assert sorted({one for one in labels if labels.count(one) > 1}) == []


@pytest.mark.parametrize(("locale", "words"), [("zh", "发布岗位"), ("en", "publish")])
def test_an_action_is_found_by_its_label(locale: str, words: str) -> None:
    with use_locale(locale):
        assert "posting.publish" in actions_called(words)
        assert actions_called(" ") == []
        assert label_of_action("written.long_ago") == "written.long_ago"
