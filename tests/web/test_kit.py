"""The UI kit: tokens, static files, templates, macros and pages, without a browser."""

import gzip
import hashlib
import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Blueprint, Flask, flash, render_template_string, request
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from wtforms import FieldList, Form, StringField
from wtforms.validators import InputRequired

from jobmatch.core.i18n import gettext
from jobmatch.web import charts, context, formats, gallery

WEB = Path(gallery.__file__).parent
STATIC, TEMPLATES = WEB / "static", WEB / "templates"
CSS = (STATIC / "jm.css").read_text(encoding="utf-8")
ALL_TEMPLATES = sorted(TEMPLATES.glob("*.html")) + sorted((TEMPLATES / "gallery").glob("*.html"))
PAGES = [
    *("/ui", "/ui/people", "/ui/posting", "/ui/form", "/ui/question", "/ui/tasks", "/ui/flow", "/ui/done"),
    *("/ui/confirm", "/ui/employer", "/ui/staff", "/ui/checkin", "/ui/board"),
    *(f"/ui/error/{code}" for code in (400, 403, 404, 409, 413, 422, 429, 500, 503)),
]
ACCOUNT = [{"label": "消息 2", "url": "#"}, {"label": "账号", "url": "#"}, {"label": "退出", "url": "#", "post": True}]
CJK = r"[\u3400-\u9fff]"


def make_app() -> Flask:
    """Build an app that gives the templates what the real one gives; size, theme and language come from the query."""
    app = Flask("jobmatch.web", static_folder="static", template_folder="templates")
    app.secret_key = "test"
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update({name: getattr(formats, name) for name in context.FILTERS})
    app.jinja_env.globals.update(
        _=gettext,
        static_url=lambda name: f"/static/{name}",
        csrf_token=lambda: "csrf",
        form_key=lambda: "key",
    )

    @app.context_processor
    def values() -> dict[str, object]:
        return {
            "locale": request.args.get("locale", "zh"),
            "ui_size": request.args.get("size", "normal"),
            "ui_theme": request.args.get("theme", "light"),
            "site_name": "退役军人就业创业",
            "station_phone": "0000-8866123",
            "account_label": request.args.get("who", ""),
            "account_links": ACCOUNT if request.args.get("who") else [{"label": "登录", "url": "#"}],
            "is_demo": request.args.get("demo") == "1",
        }

    home = Blueprint("home", __name__)

    @home.post("/display")
    def set_display() -> str:
        return "ok"

    @home.get("/help")
    def help_page() -> str:
        return "ok"

    app.register_blueprint(home)
    for name in ("web.manifest", "web.app_worker", "parks.incubators", "open_data.index"):
        app.add_url_rule(f"/{name}", name, help_page)
    app.register_blueprint(gallery.blueprint)
    return app


@pytest.fixture(scope="module")
def app() -> Flask:
    return make_app()


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    return app.test_client()


# ---------- tokens ----------


def tokens(selector: str) -> dict[str, str]:
    body = re.search(re.escape(selector) + r"\{(.*?)\}", CSS, re.S)
    assert body, selector
    return dict(re.findall(r"(--[\w-]+):([^;}]+)", body[1]))


LIGHT = tokens(":root")
DARK = LIGHT | tokens("[data-theme=dark]")
BOARD = DARK | tokens("html.is-board")


def luminance(color: str) -> float:
    digits = color.lstrip("#")
    if len(digits) == 3:
        digits = "".join(ch * 2 for ch in digits)
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


GROUNDS = ("bg", "surface", "surface-2")
TONES = ("ok", "warn", "bad", "info", "honour", "purple", "grey")
TEXT_PAIRS = [
    *((text, ground) for text in ("ink", "ink-2", "link", "act", "ok", "warn", "bad") for ground in GROUNDS),
    *((tone, f"{tone}-bg") for tone in TONES),
    *(("ink", f"{tone}-bg") for tone in TONES),
    *(("link", f"{tone}-bg") for tone in ("ok", "warn", "bad", "info")),
    ("pay", "surface"),
    ("on-act", "act-fill"),
    ("on-act", "bad-fill"),
    *((text, ground) for text in ("on-brand", "on-brand-2") for ground in ("brand", "side")),
    ("surface", "ink"),
]
MARK_PAIRS = [("line-2", ground) for ground in GROUNDS] + [("c1", "surface"), ("c1", "c-soft"), ("warn", "surface")]


@pytest.mark.parametrize("theme", [LIGHT, DARK, BOARD], ids=["light", "dark", "board"])
def test_every_text_color_can_be_read_on_its_ground(theme: dict[str, str]) -> None:
    weak = {
        pair: round(contrast(theme[f"--{pair[0]}"], theme[f"--{pair[1]}"]), 2)
        for pair in TEXT_PAIRS
        if contrast(theme[f"--{pair[0]}"], theme[f"--{pair[1]}"]) < 4.5
    }
    assert not weak


@pytest.mark.parametrize("theme", [LIGHT, DARK, BOARD], ids=["light", "dark", "board"])
def test_edges_and_marks_can_be_told_from_their_ground(theme: dict[str, str]) -> None:
    assert all(contrast(theme[f"--{a}"], theme[f"--{b}"]) >= 3 for a, b in MARK_PAIRS)


def test_dark_by_choice_and_dark_by_system_are_the_same() -> None:
    assert tokens("[data-theme=dark]") == tokens("html:not([data-theme])")


# ---------- static files ----------


def test_style_sheet_uses_nothing_newer_than_the_oldest_browser() -> None:
    newer = r":has\(|color-mix|oklch|@layer|light-dark\(|@container|aspect-ratio|\bdvh\b|accent-color|&[:.\s]|@import"
    assert re.findall(newer, CSS) == []


def test_style_sheet_loads_nothing() -> None:
    assert "url(" not in CSS


@pytest.mark.parametrize(("name", "limit"), [("jm.css", 12 * 1024), ("jm.js", 4 * 1024), ("icons.svg", 4 * 1024)])
def test_file_stays_within_its_budget(name: str, limit: int) -> None:
    assert len(gzip.compress((STATIC / name).read_bytes(), 9)) <= limit


def vendored() -> list[list[str]]:
    table = (STATIC / "VENDOR.txt").read_text(encoding="utf-8").split("\n\n")[0]
    return [row.split("\t") for row in table.splitlines()[1:]]


def test_vendored_files_are_the_ones_written_down() -> None:
    for name, _what, _version, licence, digest in vendored():
        assert licence in {"MIT", "0BSD", "MIT and Apache-2.0"}
        assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == digest


def test_every_static_file_is_ours_or_written_down() -> None:
    scripts = {"jm.js", "visits.js", "camera.js", "desk.js", "desk-worker.js", "app-worker.js"}
    ours = scripts | {"jm.css", "favicon.svg", "icon-192.png", "icon-512.png", "VENDOR.txt"}
    assert {path.name for path in STATIC.iterdir()} == ours | {row[0] for row in vendored()}


# ---------- templates ----------


@pytest.mark.parametrize("path", ALL_TEMPLATES, ids=lambda path: path.name)
def test_template_holds_nothing_the_content_policy_forbids(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", text)
    # A data block is no script: browsers do not run it, whatever the policy says.
    assert not re.search(r'<script(?! type="application/ld\+json">)(?![^>]*\ssrc=)', text)
    assert not re.search(r"https?://|(?:src|href|action)=\"//", text)


@pytest.mark.parametrize("path", [*ALL_TEMPLATES, *WEB.glob("*.py")], ids=lambda path: path.name)
def test_chinese_is_written_with_full_width_marks(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.findall(rf"{CJK}[,;:!?()]+{CJK}", text) == []
    assert re.findall(rf"{CJK}[,;!?](?=[^\"'\w]*<)", text) == []


def test_visible_words_of_the_kit_go_through_translation() -> None:
    for path in TEMPLATES.glob("*.html"):
        text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.S)
        rest = re.sub(r"_\((\"[^\"]*\"|'[^']*')", "", text)
        assert re.findall(rf"{CJK}+", rest) in ([], ["中文"]), path.name


def test_every_icon_named_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'id="i-([\w-]+)"', (STATIC / "icons.svg").read_text(encoding="utf-8")))
    for path in ALL_TEMPLATES:
        text = path.read_text(encoding="utf-8")
        named = re.findall(r"\bicon\(\"([\w-]+)\"|icon=\"([\w-]+)\"", text)
        assert {a or b for a, b in named} <= sprite, path.name
    menus = gallery.people_menu() + gallery.employer_menu() + gallery.staff_menu()
    assert {item["icon"] for item in menus} <= sprite


# ---------- pages ----------


class Page(HTMLParser):
    """Reads a page and keeps what the checks below ask about."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.points_at: list[str] = []
        self.controls: list[dict[str, str | None]] = []
        self.labelled: set[str] = set()
        self.levels: list[int] = []
        self.nameless: list[str] = []
        self.attributes: set[str] = set()
        self._labels = 0
        self._open: tuple[str, list[str]] | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.attributes |= values.keys()
        if values.get("id"):
            self.ids.append(values["id"] or "")
        for name in ("for", "aria-describedby", "aria-labelledby"):
            self.points_at += (values.get(name) or "").split()
        if tag == "label":
            self._labels += 1
            self.labelled.add(values.get("for") or "")
        if tag in {"input", "select", "textarea"} and values.get("type") != "hidden":
            self.controls.append({**values, "inside": "1" if self._labels else None})
        if re.fullmatch(r"h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if tag in {"a", "button", "summary"}:
            self._open = (tag, [values.get("aria-label") or ""])

    def handle_endtag(self, tag: str) -> None:
        if tag == "label":
            self._labels -= 1
        if self._open and tag == self._open[0]:
            if not "".join(self._open[1]).strip():
                self.nameless.append(tag)
            self._open = None

    def handle_data(self, data: str) -> None:
        if self._open:
            self._open[1].append(data)


def read(client: FlaskClient, url: str) -> tuple[str, Page]:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.text, Page(answer.text)


@pytest.mark.parametrize("url", PAGES)
@pytest.mark.parametrize("display", ["", "?size=big&theme=dark&locale=en&demo=1&who=王建国"], ids=["plain", "other"])
def test_page_is_well_made(client: FlaskClient, url: str, display: str) -> None:
    html, page = read(client, url + display)
    assert "Undefined" not in html
    assert len(page.ids) == len(set(page.ids))
    assert set(page.points_at) <= set(page.ids)
    assert all(c["inside"] or c.get("aria-label") or c.get("id") in page.labelled for c in page.controls)
    assert page.nameless == []
    assert page.levels.count(1) == 1
    assert all(b <= a + 1 for a, b in zip(page.levels, page.levels[1:], strict=False) if b > 1)
    assert not page.attributes & {"style", "required", "maxlength", "onclick"}


@pytest.mark.parametrize("url", PAGES)
def test_page_weighs_little(client: FlaskClient, url: str) -> None:
    html = client.get(url).text
    files = set(re.findall(r"/static/([\w.-]+)", html))
    weight = sum(len(gzip.compress((STATIC / name).read_bytes(), 9)) for name in files)
    assert weight + len(gzip.compress(html.encode(), 9)) <= 60 * 1024


@pytest.mark.parametrize("url", PAGES)
def test_only_pages_that_say_so_load_htmx(client: FlaskClient, url: str) -> None:
    html = client.get(url).text
    assert ("htmx.min.js" in html) == (url in {"/ui/people", "/ui/staff"})
    assert ("htmx-config" in html) == ("htmx.min.js" in html)


def test_forms_that_change_something_carry_both_keys(client: FlaskClient) -> None:
    for url in PAGES:
        html = client.get(url).text
        for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", html, re.S):
            assert 'name="csrf_token"' in form
            assert 'name="form_key"' in form


def test_display_follows_the_cookies(client: FlaskClient) -> None:
    html = client.get("/ui/people?size=big&theme=dark&locale=en").text
    assert '<html lang="en" class="is-people" data-size="big" data-theme="dark">' in html
    assert 'data-theme="dark" class' not in client.get("/ui/people?theme=").text
    assert "data-size" not in client.get("/ui/people").text


def test_board_is_dark_whatever_was_chosen(client: FlaskClient) -> None:
    assert 'class="is-board" data-theme="dark"' in client.get("/ui/board?size=big&theme=light").text


def test_task_pages_keep_the_tab_bar_out_of_the_way(client: FlaskClient) -> None:
    assert '<body class="is-task">' in client.get("/ui/question").text
    assert '<body class="has-tabs">' in client.get("/ui/people").text


def test_a_page_may_choose_another_layout(app: Flask) -> None:
    with app.test_request_context("/"):
        html = render_template_string(
            '{% set layout = "staff.html" %}{% extends "confirm.html" %}',
            title="删除这条记录吗？",
            button_text="删除",
            back_url="/",
            menu=gallery.staff_menu(),
        )
    assert 'class="is-staff"' in html
    assert "不了，返回" in html


def test_messages_are_shown_as_notes(app: Flask) -> None:
    with app.test_request_context("/"):
        flash("已保存", "success")
        flash("还差 1 项")
        html = render_template_string('{% extends "people.html" %}', menu=[])
    assert re.search(r't-ok">.*?已保存', html, re.S)
    assert re.search(r't-info">.*?还差 1 项', html, re.S)


def test_an_unknown_error_code_still_gives_a_page(app: Flask) -> None:
    for code, words in ((418, "请刷新后再试"), (502, "系统出了问题")):
        with app.test_request_context("/"):
            assert words in render_template_string('{% extends "error.html" %}', code=code, menu=[])


# ---------- fields ----------


def macro(app: Flask, source: str, **values: object) -> str:
    with app.test_request_context("/list?sort=name&page=3&town=a&town=b"):
        return render_template_string('{% import "_ui.html" as ui %}' + source, **values)


def test_summary_and_field_say_the_same_words(client: FlaskClient) -> None:
    html, page = read(client, "/ui/form")
    summary = re.findall(r'<li><a href="#([\w-]+)">(.*?)</a></li>', html)
    assert [anchor for anchor, _words in summary] == ["name", "mobile", "way", "hours", "agrees"]
    assert "有 5 处需要修改" in html
    assert re.search(r"<title>有错误：", html)
    for anchor, words in summary:
        assert anchor in page.ids
        assert re.search(rf'id="{anchor}-err">.*?<span>{words}</span>', html, re.S)


def test_a_wrong_field_says_so_to_a_screen_reader(app: Flask) -> None:
    html = macro(app, "{{ ui.field(form.mobile) }}", form=gallery.wrong_form())
    assert html.index("手机号</label>") < html.index("只给这家单位看") < html.index("应为 11 位") < html.index("<input")
    assert 'aria-describedby="mobile-hint mobile-err"' in html
    assert 'aria-invalid="true"' in html
    assert 'value="1380"' in html


def test_a_right_field_says_nothing(app: Flask) -> None:
    html = macro(app, "{{ ui.field(form.words, optional=True) }}", form=gallery.ContactForm())
    assert "aria-invalid" not in html
    assert "（可不填）" in html


def test_extra_arguments_become_attributes_of_the_control(app: Flask) -> None:
    html = macro(app, '{{ ui.field(form.name, hx_get="/x", class_="w-s", data_a="1") }}', form=gallery.ContactForm())
    assert 'hx-get="/x"' in html
    assert 'class="ctl w-s"' in html
    assert 'data-a="1"' in html
    assert 'autocomplete="name"' in html


def test_choices_can_be_chips_and_picks(app: Flask) -> None:
    form = gallery.EveryForm(data={"specialties": ["1"], "trade": "2"})
    chips = macro(app, '{{ ui.field(form.specialties, as="chips") }}', form=form)
    assert chips.count('type="checkbox"') == 15
    assert re.findall(r'value="(\d+)" checked', chips) == ["1"]
    buttons = macro(app, '{{ ui.field(form.trade, as="buttons") }}', form=form)
    assert buttons.count('<button type="submit"') == len(form.trade.choices)
    assert f'name="{form.trade.name}" value="' in buttons
    picks = macro(app, '{{ ui.field(form.trade, as="picks") }}', form=form)
    assert picks.count('type="radio"') == 3
    assert 'role="radiogroup"' in picks
    assert re.findall(r'value="(\d+)" checked', picks) == ["2"]


@pytest.mark.parametrize(
    ("sent", "shown", "stored"),
    [
        ([("month", "2019"), ("month", "9")], ("2019", "9"), date(2019, 9, 1)),
        ([("month", "2019-09")], ("2019", "9"), date(2019, 9, 1)),
        ([("month", ""), ("month", "9")], ("", "9"), None),
        ([], ("", ""), None),
    ],
)
def test_a_month_is_a_year_and_a_month(
    app: Flask, sent: list[tuple[str, str]], shown: tuple[str, str], stored: date | None
) -> None:
    form = gallery.EveryForm(MultiDict(sent))
    html = macro(app, "{{ ui.field(form.month) }}", form=form)
    assert tuple(re.findall(r'value="(.*?)"', html)) == shown
    assert form.month.data == stored


def test_errors_of_nested_fields_are_found() -> None:
    class Tags(Form):
        tags = FieldList(StringField("标签", [InputRequired("请填写")]), min_entries=2)
        few = FieldList(StringField("标签"), validators=[InputRequired("请至少填一项")])

    form = Tags(MultiDict({"tags-0": "a", "tags-1": ""}))
    form.validate()
    form.form_errors.append("两处说法不一样")
    form.general_errors = ["这个岗位已经招满"]
    found = formats.form_errors(form)
    assert found[:3] == [("", "两处说法不一样"), ("", "这个岗位已经招满"), ("tags-1", "请填写")]
    wrong = gallery.every_form(wrong=True)
    anchors = [anchor for anchor, _words in formats.form_errors(wrong)]
    assert "wrong-certificates-0-name" in anchors
    assert "wrong-certificates-0-issued" in anchors


# ---------- other macros ----------


def test_sorting_turns_round_and_keeps_the_other_arguments(app: Flask) -> None:
    html = macro(app, '{{ ui.th("姓名", "name", "name", target="#list") }}{{ ui.th("乡镇", "town", "name") }}')
    assert "?sort=-name&amp;town=a&amp;town=b" in html
    assert 'hx-target="#list"' in html
    assert html.count("aria-sort") == 1
    assert "?sort=town&amp;town=a" in html


def test_pager_shows_both_ends_and_the_neighbors(app: Flask) -> None:
    html = macro(app, "{{ ui.pager(page) }}", page={"number": 5, "pages": 12})
    assert re.findall(r">(\d+|…)<", html) == ["1", "…", "4", "5", "6", "…", "12"]
    assert "page=4&amp;town=a&amp;town=b" in html
    assert macro(app, "{{ ui.pager(page) }}", page={"number": 1, "pages": 1}) == ""


def test_pips_fill_what_is_met(app: Flask) -> None:
    html = macro(app, "{{ ui.fit(7, 8) }}")
    assert html.count("<rect") == 8
    assert html.count('class="off"') == 1
    assert "8 条符合 7 条" in html


def test_what_people_typed_is_escaped(app: Flask) -> None:
    evil = '<b onclick="x">&'
    html = macro(
        app,
        "{{ ui.tag(evil) }}{{ ui.note('warn', evil) }}{{ ui.button(evil, data_x=evil) }}{{ ui.facts([(evil, evil)]) }}"
        "{{ ui.reasons([{'text': evil}]) }}{{ ui.table(evil, [evil], caller=none) if false }}{{ ui.pay(evil) }}",
        evil=evil,
    )
    assert "<b onclick" not in html


def test_cellbar_tells_low_values_in_words_too(app: Flask) -> None:
    assert "低于目标" in macro(app, "{{ ui.cellbar(84.9, 85) }}")
    assert "低于目标" not in macro(app, "{{ ui.cellbar(85, 85) }}")
    assert macro(app, "{{ ui.cellbar(none, 85) }}") == "—"


def test_a_drawing_with_links_is_not_called_a_picture(app: Flask) -> None:
    source = '{% import "_charts.html" as ch %}{{ ch.line(chart, "人数") }}'
    assert 'role="img"' in macro(app, source, chart=charts.line([("1", 1), ("2", 2)]))
    assert 'role="group"' in macro(app, source, chart=charts.line([("1", 1), ("2", 2)], hrefs=["#", "#"]))


def test_macros_are_made_once_for_all_pages() -> None:
    """With the context of each page Jinja would build all of them again at every import."""
    root = Path(__file__).parents[2]
    templates = [path for part in ("jobmatch", "recruiters") for path in (root / part).rglob("templates/**/*.html")]
    assert len(templates) > 50
    built = [path.name for path in templates if '"_ui.html" as ui with context' in path.read_text(encoding="utf-8")]
    assert built == []
