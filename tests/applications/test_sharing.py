"""The posting page for the world outside: structured data, link previews, the share picture, and what has ended."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image

from jobmatch.applications import sharing
from jobmatch.core import drawing
from jobmatch.core.actors import system_actor
from jobmatch.core.runtime import Runtime
from jobmatch.matching import index
from recruiters.postings.models import Posting
from recruiters.postings.states import PayUnit, PostingState
from tests.factories import make_employer, make_posting
from tests.matching.help import body

SYSTEM = system_actor("tests")
BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


@pytest.fixture(autouse=True)
def _always_fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(index, "REFRESH_SECONDS", 0.0)
    index.forget_pools()
    yield
    index.forget_pools()


def posted(runtime: Runtime, **values: Any) -> str:
    with runtime.unit(SYSTEM) as uow:
        return make_posting(uow, make_employer(uow, name="测试恒通物流"), **values).public_id


def data_of(html: str) -> dict[str, Any]:
    found = BLOCK.findall(html)
    assert len(found) == 1
    return dict(json.loads(found[0]))


def test_search_engines_read_what_the_page_says(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    html = body(client.get(f"/postings/{posted(sqlite_runtime)}"))
    data = data_of(html)
    assert data["@type"] == "JobPosting"
    assert data["title"] == "货车司机"
    assert data["hiringOrganization"]["name"] == "测试恒通物流"
    assert data["baseSalary"]["value"] == {
        "@type": "QuantitativeValue",
        "unitText": "MONTH",
        "minValue": 6000,
        "maxValue": 8000,
    }
    assert data["jobLocation"]["address"]["addressCountry"] == "CN"
    assert data["employmentType"] == "FULL_TIME"
    assert data["totalJobOpenings"] == 2
    assert data["validThrough"].endswith("+08:00")
    assert '<link rel="canonical"' in html
    assert 'property="og:image"' in html


def test_data_cannot_leave_its_block(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    evil = "</script><script>alert(1)</script><!-- & \"'\u2028"
    html = body(client.get(f"/postings/{posted(sqlite_runtime, title=evil[:80], duties=evil)}"))
    assert "<script>alert" not in html
    assert data_of(html)["title"] == evil[:80]
    assert "&lt;/script&gt;" in data_of(html)["description"]


def test_what_is_not_known_is_left_out(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    public_id = posted(sqlite_runtime, pay_unit=PayUnit.PIECE, employment_type=None, max_age=40, age_basis="规定")
    text = json.dumps(data_of(body(client.get(f"/postings/{public_id}"))), ensure_ascii=False)
    for word in ("baseSalary", "employmentType", "40", "gender"):
        assert word not in text


@pytest.mark.parametrize(
    ("values", "status", "words"),
    [
        ({"state": PostingState.CLOSED}, 410, "已经撤下"),
        ({"state": PostingState.FILLED}, 410, "已经招满"),
        ({"state": PostingState.EXPIRED}, 410, "有效期已经过了"),
        ({"state": PostingState.PAUSED}, 404, "暂停了这个岗位"),
    ],
)
def test_what_ended_leads_to_what_is_near(
    client: FlaskClient, sqlite_runtime: Runtime, values: dict[str, Any], status: int, words: str
) -> None:
    public_id = posted(sqlite_runtime, title="停了的", **values)
    posted(sqlite_runtime, title="附近的司机")
    answer = client.get(f"/postings/{public_id}")
    html = answer.get_data(as_text=True)
    assert answer.status_code == status
    assert words in html
    assert "附近的司机" in html
    assert 'content="noindex"' in html
    assert "ld+json" not in html
    assert client.get(f"/postings/{public_id}/share.png").status_code == 404


def test_what_ran_out_yesterday_is_gone_today(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    public_id = posted(sqlite_runtime)
    with sqlite_runtime.unit(SYSTEM) as uow:
        found = uow.session.query(Posting).one()
        found.valid_through = uow.today - timedelta(days=1)
    assert client.get(f"/postings/{public_id}").status_code == 410


def test_what_was_never_public_does_not_exist(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    public_id = posted(sqlite_runtime, state=PostingState.DRAFT, published_at=None)
    assert client.get(f"/postings/{public_id}").status_code == 404
    assert "货车司机" not in client.get(f"/postings/{public_id}").get_data(as_text=True)


def test_the_share_picture_is_a_picture_that_caches_keep(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    path = f"/postings/{posted(sqlite_runtime, title='危险品运输车队长兼安全员' * 4)}/share.png"
    answer = client.get(path)
    picture = Image.open(io.BytesIO(answer.data))
    assert (picture.format, picture.size) == ("PNG", (1200, 630))
    assert len(picture.getcolors(maxcolors=256) or []) > 8
    assert len(answer.data) < 100_000
    assert "public" in answer.headers["Cache-Control"]
    assert client.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_only_a_few_pictures_are_drawn_at_once(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    first, second = (f"/postings/{posted(sqlite_runtime, title=title)}/share.png" for title in ("司机", "保安"))
    assert client.get(first).status_code == 200
    for _n in range(2):
        assert sharing._DRAWING.acquire(blocking=False)
    try:
        busy = client.get(second)
        assert (busy.status_code, busy.headers["Retry-After"]) == (503, "5")
        # What was drawn before costs nothing and is always there.
        assert client.get(first).status_code == 200
    finally:
        for _n in range(2):
            sharing._DRAWING.release()
    assert client.get(second).status_code == 200


def test_without_a_font_the_words_stand_alone(
    client: FlaskClient, sqlite_runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    public_id = posted(sqlite_runtime)
    monkeypatch.setattr("jobmatch.applications.views.public.font_path", lambda: None)
    html = body(client.get(f"/postings/{public_id}"))
    assert "og:image" not in html
    assert 'property="og:description" content="6000–8000 元/月' in html
    assert client.get(f"/postings/{public_id}/share.png").status_code == 404


def test_the_font_of_the_product_is_there() -> None:
    assert drawing.font_path() is not None
