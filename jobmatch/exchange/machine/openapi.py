"""The OpenAPI 3.1 document of the API, written from the declarations that answer it."""

from __future__ import annotations

from typing import Any

from jobmatch.core.i18n import gettext as _
from jobmatch.exchange.machine.declarations import Resource
from jobmatch.exchange.machine.reading import MOST_CALLS
from jobmatch.exchange.machine.resources import RESOURCES

VERSION = "1.0.0"
BASE = "/api/v1"


def document(server: str) -> dict[str, Any]:
    """The whole document; ``server`` is the address of the site."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": _("退役军人就业创业数据接口"),
            "version": VERSION,
            "description": _(
                "只读。一个密钥只看得到本单位辖区的数据，一分钟最多 %(n)s 次。不提供任何个人的信息。", n=MOST_CALLS
            ),
        },
        "servers": [{"url": server}],
        "security": [{"token": []}],
        "paths": {f"{BASE}/{one.name}": {"get": _operation(one)} for one in RESOURCES.values()},
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {**{one.name: _schema(one) for one in RESOURCES.values()}, "problem": _PROBLEM},
        },
    }


_PROBLEM = {
    "type": "object",
    "required": ["type", "status", "title", "code", "request_id"],
    "properties": {
        "type": {"type": "string"},
        "status": {"type": "integer"},
        "title": {"type": "string"},
        "code": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {"type": "object", "additionalProperties": {"type": "string"}},
    },
    "additionalProperties": False,
}
"""RFC 9457, as every error of the house is answered."""


def _schema(resource: Resource) -> dict[str, Any]:
    return {
        "type": "object",
        "required": [field.name for field in resource.fields],
        "properties": {field.name: {**field.schema, "description": _(field.words)} for field in resource.fields},
        "additionalProperties": False,
    }


def page_schema(resource: Resource) -> dict[str, Any]:
    """The answer of an address: rows under ``data``, and the cursor of the next page."""
    return {
        "type": "object",
        "required": ["data", "next"],
        "properties": {
            "data": {"type": "array", "items": {"$ref": f"#/components/schemas/{resource.name}"}},
            "next": {"type": ["string", "null"]},
        },
        "additionalProperties": False,
    }


def _operation(resource: Resource) -> dict[str, Any]:
    errors = {
        "401": _("没有密钥，或者密钥已停用、已过期"),
        "403": _("这个密钥不能读这一项"),
        "422": _("参数不对，errors 里写明是哪一个"),
        "429": _("调用太快，过 Retry-After 秒再来"),
    }
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/problem"}}}
    return {
        "operationId": f"list_{resource.name}",
        "summary": _(resource.title),
        "description": _(resource.words),
        "parameters": [
            {
                "name": param.name,
                "in": "query",
                "required": False,
                "description": _(param.words),
                "schema": dict(param.schema),
            }
            for param in resource.params
        ],
        "responses": {
            "200": {
                "description": _(resource.title),
                "headers": {
                    "ETag": {"schema": {"type": "string"}},
                    "Link": {"schema": {"type": "string"}, "description": _("有下一页时，下一页的地址")},
                },
                "content": {"application/json": {"schema": page_schema(resource)}},
            },
            "304": {"description": _("和上次取的一样（If-None-Match）")},
            **{status: {"description": words, "content": problem} for status, words in errors.items()},
        },
    }
