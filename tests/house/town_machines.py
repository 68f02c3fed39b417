"""Rows about machines and tables for one side of the town: a token, an address with a call, a table that waits."""

from __future__ import annotations

from datetime import timedelta

from jobmatch.accounts.models import Organization
from jobmatch.core.files import store_file
from jobmatch.core.sheets import XLSX, Sheet, write_workbook
from jobmatch.core.uow import UnitOfWork
from jobmatch.exchange.models import (
    ApiToken,
    TableExport,
    TableImport,
    TableImportNote,
    TableImportRow,
    Webhook,
    WebhookCall,
)
from jobmatch.exchange.states import ImportState, RowNote, TableKind, TakenKind, TakingState

MACHINE_SUBJECTS: tuple[tuple[str, dict[str, str]], ...] = (
    ("/staff/api-tokens/", {"public_id": "api token"}),
    ("/staff/webhooks/", {"public_id": "webhook", "call_id": "webhook call"}),
    ("/staff/imports/tables/", {"public_id": "table import", "kind": "=employers"}),
    ("/staff/exports/tables/", {"table": "=employers"}),
    ("/staff/exports/", {"public_id": "table export"}),
    ("/open-data/", {"name": "=postings"}),
)


def machine_rows(uow: UnitOfWork, station: Organization, path: str) -> dict[str, str]:
    """What the office gave machines, and a table of employers."""
    token = ApiToken(
        organization_id=station.id,
        region_path=path,
        name="测试系统",
        scopes=["fairs"],
        token_sha256=f"api{path}".encode(),
        valid_until=uow.today + timedelta(days=30),
        created_at=uow.now,
    )
    hook = Webhook(
        organization_id=station.id,
        region_path=path,
        url="https://hooks.example.cn/in",
        events=["fair.published"],
        created_at=uow.now,
    )
    hook.key = "whk_test"
    batch = TableImport(
        kind=TableKind.EMPLOYERS,
        region_path=path,
        file_name="单位.csv",
        file_sha256="",
        state=ImportState.CHECKED,
        titles=["单位名称", "信用代码"],
        created_at=uow.now,
        changed_at=uow.now,
    )
    done = TableImport(
        kind=TableKind.EMPLOYERS,
        region_path=path,
        file_name="上月单位.csv",
        file_sha256="",
        state=ImportState.UNDONE,
        created_at=uow.now,
        changed_at=uow.now,
    )
    export = _export(uow, path)
    uow.session.add_all([token, hook, batch, done, export])
    uow.session.flush()
    call = WebhookCall(webhook_id=hook.id, event="fair.published", body={"id": "测试"}, created_at=uow.now)
    note = TableImportNote(import_id=batch.id, row_number=2, kind=RowNote.REFUSED, reason="测试原因")
    uow.session.add_all([call, note, TableImportRow(import_id=done.id, row_number=3, record_id=0)])
    uow.session.flush()
    return {
        "api token": token.public_id,
        "webhook": hook.public_id,
        "webhook call": call.public_id,
        "table import": batch.public_id,
        "table export": export.public_id,
    }


def _export(uow: UnitOfWork, path: str) -> TableExport:
    """A table of employers that was taken out."""
    content = write_workbook(Sheet("测试", ["名称"], [["测试"]]))
    return TableExport(
        kind=TakenKind.EMPLOYERS,
        region_path=path,
        reason="测试用途",
        state=TakingState.DONE,
        done_count=1,
        row_count=1,
        file_id=store_file(uow, content, name="用人单位.xlsx", mimetype=XLSX).id,
        created_at=uow.now,
        finished_at=uow.now,
    )
