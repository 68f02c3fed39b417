"""A small app that gives the templates what the real one will give, and nothing more."""

from flask import Blueprint, Flask, request

from jobmatch.web import formats, gallery


def make_app() -> Flask:
    """An app with the gallery; size, theme and language come from the query, so that a test can ask for each."""
    app = Flask("jobmatch.web", static_folder="static", template_folder="templates")
    app.secret_key = "test"
    app.jinja_env.filters.update(formats.FILTERS)
    app.jinja_env.globals.update(
        _=formats._,
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
            "account_label": "",
            "is_demo": request.args.get("demo") == "1",
        }

    home = Blueprint("home", __name__)

    @home.post("/display")
    def set_display() -> str:
        return "ok"

    app.register_blueprint(home)
    app.register_blueprint(gallery.bp)
    return app
