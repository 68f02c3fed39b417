"""What other programs read: Atom feeds, the site map, robots.txt; and distances from a place that was typed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from jobmatch.core.actors import system_actor
from jobmatch.core.runtime import Runtime
from jobmatch.matching import index
from jobmatch.matching.views import feeds
from jobmatch.web.feeds import ATOM
from recruiters.postings.states import PostingState
from tests.factories import PATH_A, TOWN_A, make_employer, make_posting
from tests.matching.help import body, counted

SYSTEM = system_actor("tests")
NAMES = {"a": ATOM, "s": feeds.SITEMAP}


@pytest.fixture(autouse=True)
def _always_fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(index, "REFRESH_SECONDS", 0.0)
    index.forget_pools()
    yield
    index.forget_pools()


@pytest.fixture
def postings(sqlite_runtime: Runtime) -> list[str]:
    """Three open postings, the newest first, beside one that is closed and one of an employer not vetted."""
    with sqlite_runtime.unit(SYSTEM) as uow:
        employer = make_employer(uow, name="测试恒通物流")
        made = [
            make_posting(uow, employer, title=title, published_at=uow.now - timedelta(hours=hours), **place)
            for hours, (title, place) in enumerate(
                [
                    ("货车司机\x08", {}),
                    ("班车<司机>", {"region_code": TOWN_A, "region_path": PATH_A}),
                    ("保安", {"occupation_code": "4-07-05-01"}),
                ]
            )
        ]
        make_posting(uow, employer, title="关掉的", state=PostingState.CLOSED)
        make_posting(uow, make_employer(uow, vetted=False), title="没审核的")
        return [one.public_id for one in made]


def xml(answer: Any) -> Any:
    return ElementTree.fromstring(answer.data)


def test_the_feed_has_the_newest_postings_first_and_no_others(client: FlaskClient, postings: list[str]) -> None:
    answer = client.get("/jobs/feed.atom")
    assert answer.mimetype == "application/atom+xml"
    entries = xml(answer).findall("a:entry", NAMES)
    assert [one.find("a:title", NAMES).text.split()[0] for one in entries] == ["货车司机", "班车<司机>", "保安"]
    assert [one.find("a:id", NAMES).text.rsplit("/", 1)[1] for one in entries] == postings
    assert "招 2 人" in entries[0].find("a:summary", NAMES).text


def test_a_search_has_a_feed_of_its_own_which_its_page_names(client: FlaskClient, postings: list[str]) -> None:
    html = body(client.get("/jobs?q=保安&pay=4000"))
    assert 'type="application/atom+xml"' in html
    assert "/jobs/feed.atom?q=%E4%BF%9D%E5%AE%89&amp;pay=4000" in html
    entries = xml(client.get("/jobs/feed.atom?q=保安&pay=4000")).findall("a:entry", NAMES)
    assert [one.find("a:title", NAMES).text for one in entries] == ["保安 6000–8000 元/月"]
    assert xml(client.get("/jobs/feed.atom?q=没有这种工作")).findall("a:entry", NAMES) == []


def test_a_feed_is_not_sent_twice(client: FlaskClient, postings: list[str]) -> None:
    first = client.get("/jobs/feed.atom")
    assert first.headers["Cache-Control"] == "public, max-age=600"
    again = client.get("/jobs/feed.atom", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get("/jobs/feed.atom?q=保安").headers["ETag"] != first.headers["ETag"]
    assert "Set-Cookie" not in first.headers


def test_feed_and_map_cost_the_same_whatever_their_length(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    counts: dict[str, list[int]] = {"/jobs/feed.atom": [], "/sitemap-0.xml": [], "/sitemap-1.xml": []}
    for more in (2, 18):
        with sqlite_runtime.unit(SYSTEM) as uow:
            for _ in range(more):
                make_posting(uow, make_employer(uow))
        for path, seen in counts.items():
            assert client.get(path).status_code == 200
            with counted(sqlite_runtime.database.engine) as statements:
                client.get(path)
            seen.append(len(statements))
    assert {path: len(set(seen)) for path, seen in counts.items()} == dict.fromkeys(counts, 1)


def test_the_site_map_names_every_public_posting_once_in_parts(
    client: FlaskClient, postings: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "PART_SIZE", 2)
    parts = [one.text for one in xml(client.get("/sitemap.xml")).iterfind("s:sitemap/s:loc", NAMES)]
    assert [part.rsplit("/", 1)[1] for part in parts] == ["sitemap-0.xml", "sitemap-1.xml", "sitemap-2.xml"]
    found = []
    for number in (1, 2):
        found += [one.text for one in xml(client.get(f"/sitemap-{number}.xml")).iterfind("s:url/s:loc", NAMES)]
    assert sorted(url.rsplit("/", 1)[1] for url in found) == sorted(postings)
    assert client.get("/sitemap-3.xml").status_code == 404
    assert "/jobs</loc>" in client.get("/sitemap-0.xml").get_data(as_text=True)


def test_crawlers_are_sent_to_public_pages_only(client: FlaskClient) -> None:
    text = client.get("/robots.txt").get_data(as_text=True)
    assert "Disallow: /me/" in text
    assert "Disallow: /staff/" in text
    assert text.strip().endswith("/sitemap.xml")
    assert "Disallow: /\n" not in text


def test_narrow_searches_are_not_kept_by_search_engines(client: FlaskClient, postings: list[str]) -> None:
    html = body(client.get("/jobs?q=司机&pay=4000&sort=pay"))
    assert '<meta name="robots" content="noindex, follow">' in html
    assert '/jobs?q=%E5%8F%B8%E6%9C%BA">' in html
    assert "noindex" not in body(client.get("/jobs?q=司机"))


def test_distances_count_from_a_place_that_was_typed(client: FlaskClient, postings: list[str]) -> None:
    html = body(client.get("/jobs?near=测试东镇&km=5"))
    assert "从测试东镇算" in html
    assert "班车&lt;司机&gt;" in html
    assert "离家近" in html
    assert "没有找到" not in html


def test_a_place_nobody_knows_is_said_and_can_be_taken_off(client: FlaskClient, postings: list[str]) -> None:
    html = body(client.get("/jobs?near=没有这个镇&km=5"))
    assert "没有找到“没有这个镇”" in html
    assert "<h1>3 条岗位" in html
    assert "写上从哪里算" in body(client.get("/jobs?km=5"))
