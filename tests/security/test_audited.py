"""Every service that changes something is on the audit trail (G24): it writes a line itself, or whoever calls it does.

Read from the source: a public function of a room's services that adds, deletes or sets something, itself or through
its module's helpers, must reach ``uow.audit``, or all that call it must. What remains stands below with its reason.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import jobmatch

ROOT = Path(jobmatch.__file__).parents[1]
ROOMS = ("jobmatch", "recruiters", "training", "ml")
LEFT_OUT = {"migrations", "demo", "cli"}
WRITES = {"add", "add_all", "delete", "merge"}
STATEMENTS = {"update", "insert", "delete"}
Name = tuple[str, str]

REASONS: dict[str, tuple[str, ...]] = {
    "what guards signing in: its rows are themselves the record, and signing in, out and refusals are audited": (
        "jobmatch.accounts.services.codes:request_code",
        "jobmatch.accounts.services.codes:spend_code",
        "jobmatch.accounts.services.codes:try_code",
        "jobmatch.accounts.services.codes:drop_old_codes",
        "jobmatch.accounts.services.sessions:drop_old_sessions",
        "jobmatch.accounts.services.sessions:touch_session",
        "jobmatch.accounts.services.throttles:count_code_request",
        "jobmatch.accounts.services.throttles:count_try",
        "jobmatch.accounts.services.throttles:drop_old_attempts",
        "jobmatch.accounts.services.throttles:release",
        "jobmatch.accounts.services.throttles:reserve",
    ),
    "messages and reminders of the system: the message, with its moment and state, is the record": (
        "jobmatch.applications.services.digests:drop_old_digests",
        "jobmatch.applications.services.digests:tell_news",
        "jobmatch.casework.desk.services.ratings:record_rating_question",
        "jobmatch.fairs.visitors.services.reminding:remind_visitors",
        "jobmatch.inbox.services:claim_delivery",
        "jobmatch.inbox.services:mark_all_read",
        "jobmatch.inbox.services:mark_read",
        "jobmatch.inbox.services:record_delivery",
        "jobmatch.inbox.services:send",
        "jobmatch.inbox.services:try_again",
        "recruiters.partners.services.terms:remind_endings",
        "training.courses.classroom.services.telling:read_notice",
    ),
    "tasks and lists that a rule makes for staff: the task is the record, and what staff do with it is audited": (
        "jobmatch.casework.crosscheck.services.checks:ask_due",
        "jobmatch.casework.crosscheck.services.checks:hand_over_unanswered",
        "jobmatch.casework.intake.services.roster:watch_deadlines",
        "jobmatch.casework.tasks.services:open_task",
        "jobmatch.casework.crosscheck.services.checks:settle_over",
        "jobmatch.casework.tasks.services:close_kinds",
        "jobmatch.casework.tasks.services:close_task",
        "jobmatch.fairs.visitors.services.calls:drop_calls",
        "jobmatch.fairs.visitors.services.calls:store_calls",
        "jobmatch.fairs.visitors.services.plans:store_plans",
        "jobmatch.reports.filing.services.submitting:record_due",
    ),
    "figures that are counted again from rows that are audited": (
        "jobmatch.bulletins.services.issues:count_click",
        "jobmatch.people.services.names:fill_search_columns",
        "jobmatch.people.services.names:seal_fitness_notes",
        "jobmatch.accounts.services.users:fill_phone_tails",
        "jobmatch.applications.services.reputation:count_employers",
        "jobmatch.applications.services.reputation:county_means",
        "recruiters.employers.services.employers:record_hired",
        "recruiters.employers.services.reputation:record_reputation",
    ),
    "queues at a booth: each number keeps its states, moments and booth": (
        "jobmatch.fairs.day.services.queues:hold_desk",
        "jobmatch.fairs.day.services.queues:record_queue_back",
        "jobmatch.fairs.day.services.queues:record_queue_ended",
    ),
    "parts of an act that whoever calls them audits, through a list of rooms that the source does not show": (
        "jobmatch.applications.services.seats:cancel_appointment",
        "jobmatch.applications.services.seats:free_seat",
        "jobmatch.applications.services.seats:take_seat",
        "jobmatch.casework.desk.services.papers:forget_papers",
        "jobmatch.casework.intake.services.roster:drop_files",
        "jobmatch.complaints.services.clocks:drop_paper",
        "jobmatch.complaints.services.clocks:forget_words",
        "jobmatch.fairs.visitors.services.linking:blank",
        "jobmatch.fairs.visitors.services.registering:renew_address",
        "jobmatch.fairs.visitors.services.rides:record_ride_freed",
        "jobmatch.fairs.visitors.services.waiting:withdraw",
        "jobmatch.people.services.common:note_verification",
        "jobmatch.people.services.common:touch",
        "training.incubation.parks.services.common:log_move",
        "training.incubation.ventures.services.common:forget_founder",
        "recruiters.postings.services.moving:start_review",
        "recruiters.postings.services.writing:recheck",
    ),
    "seats that a log of their own follows, line by line with moment and user": (
        "jobmatch.fairs.visitors.services.waiting:promote",
    ),
    "a person's own marks beside postings, kept as facts with their moments": (
        "jobmatch.matching.services:toggle_saved",
        "jobmatch.matching.services:undo_dismiss",
    ),
    "drafts that nobody has stored yet, and counting in memory": (
        "jobmatch.bulletins.services.proposing:choose",
        "jobmatch.exchange.tables.services:map_table_columns",
        "jobmatch.exchange.tables.services:run_check",
        "jobmatch.people.services.uploads:drop_old_readings",
        "jobmatch.privacy.services.keys:count_by_key",
        "recruiters.postings.services.importing:read_draft",
        "recruiters.postings.services.writing:blank_posting",
    ),
}


@dataclass
class Function:
    """What one function does: writes, audits, and calls."""

    writes: bool = False
    audits: bool = False
    calls: set[Name] = field(default_factory=set)


def _trees() -> dict[str, ast.Module]:
    paths = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): ast.parse(path.read_text())
        for path in paths
        if not LEFT_OUT & set(path.relative_to(ROOT).parts)
    }


def _bodies(trees: dict[str, ast.Module]) -> dict[Name, ast.AST]:
    found: dict[Name, ast.AST] = {}
    for module, tree in trees.items():
        for one in tree.body:
            if isinstance(one, ast.FunctionDef):
                found[module, one.name] = one
            elif isinstance(one, ast.ClassDef):
                methods = [part for part in one.body if isinstance(part, ast.FunctionDef)]
                found |= {(module, f"{one.name}.{part.name}"): part for part in methods}
    return found


def read_functions() -> dict[Name, Function]:
    """Every function of the rooms with what it does, names resolved through the imports of its module."""
    trees = _trees()
    bodies = _bodies(trees)
    found: dict[Name, Function] = {}
    for module, tree in trees.items():
        froms = [one for one in ast.walk(tree) if isinstance(one, ast.ImportFrom) and one.module]
        imported = {name.asname or name.name: (one.module or "", name.name) for one in froms for name in one.names}
        for name, body in bodies.items():
            if name[0] == module:
                found[name] = _read(body, module, imported, set(bodies))
    return found


def _read(body: ast.AST, module: str, imported: dict[str, Name], known: set[Name]) -> Function:
    function = Function()
    for one in ast.walk(body):
        if isinstance(one, ast.Assign | ast.AugAssign):
            targets = one.targets if isinstance(one, ast.Assign) else [one.target]
            parts = [part for target in targets for part in ast.walk(target) if isinstance(part, ast.Attribute)]
            function.writes |= any(isinstance(part.value, ast.Name) and part.value.id != "self" for part in parts)
        elif isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load):
            function.calls.add(imported.get(one.id, (module, one.id)))
        elif isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name):
            place = imported.get(one.value.id, ("", ""))
            function.calls.add((f"{place[0]}.{place[1]}", one.attr))
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute):
            function.audits |= one.func.attr in {"audit", "audit_each"}
            is_session = isinstance(one.func.value, ast.Attribute) and one.func.value.attr == "session"
            function.writes |= is_session and one.func.attr in WRITES
        elif isinstance(one, ast.Call) and isinstance(one.func, ast.Name):
            function.writes |= one.func.id in STATEMENTS
    function.calls &= known
    return function


def unaudited(functions: dict[Name, Function]) -> set[str]:
    """Public services that write and reach no audit, and that somebody calls who reaches none."""
    audits = {name for name, one in functions.items() if one.audits}
    while more := {name for name, one in functions.items() if name not in audits and one.calls & audits}:
        audits |= more
    writes = {name for name, one in functions.items() if one.writes}
    while more := {
        name
        for name, one in functions.items()
        if name not in writes and any(call in writes and call[0] == name[0] and call[1][0] == "_" for call in one.calls)
    }:
        writes |= more
    callers: dict[Name, set[Name]] = defaultdict(set)
    for name, one in functions.items():
        for call in one.calls:
            callers[call].add(name)
    return {
        f"{module}:{name}"
        for module, name in writes - audits
        if ".services" in module
        and not any(part.startswith("_") for part in name.split("."))
        and not (callers[module, name] and callers[module, name] <= audits)
    }


def test_every_service_that_writes_is_audited_or_says_why_not() -> None:
    explained = [name for names in REASONS.values() for name in names]
    assert len(explained) == len(set(explained))
    assert unaudited(read_functions()) == set(explained)


def test_a_service_that_forgot_is_found() -> None:
    functions = {
        ("room.services", "change"): Function(writes=True),
        ("room.services", "through_helper"): Function(calls={("room.services", "_write")}),
        ("room.services", "_write"): Function(writes=True),
        ("room.services", "good"): Function(writes=True, audits=True),
        ("room.services", "lower"): Function(writes=True),
        ("room.services", "upper"): Function(audits=True, calls={("room.services", "lower")}),
        ("room.queries", "read"): Function(writes=True),
    }
    assert unaudited(functions) == {"room.services:change", "room.services:through_helper"}
