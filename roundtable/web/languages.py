"""The language stands in the path: /de/… and /en/…"""

from urllib.parse import quote

from flask import Blueprint, Flask, Response, g, has_request_context, redirect, request, url_for
from flask_babel import Babel, refresh
from werkzeug.routing import BaseConverter

from roundtable import phrases
from roundtable.db import LANGUAGES
from roundtable.phrases import language
from roundtable.web.addresses import NumberConverter, nearest_page

routes = Blueprint("languages", __name__)

SAFE_IN_QUERIES = "&=+%*-._~/:,;"


class LanguageConverter(BaseConverter):
    regex = "de|en"


def _locale() -> str:
    if not has_request_context():
        return "de"
    return g.get("lang") or request.accept_languages.best_match(LANGUAGES) or "de"


def _other_language_url() -> str | None:
    """This very page in the other language; from a page that answers a deed, the page it was asked for on."""
    if not g.get("lang"):
        return None
    path = nearest_page(request.path) if request.method == "POST" else request.path
    other = "en" if g.lang == "de" else "de"
    query = f"?{quote(request.query_string, safe=SAFE_IN_QUERIES)}" if request.query_string else ""
    return f"{request.script_root}/{other}{path[3:]}{query}"


@routes.get("/")
def best() -> Response:
    """To the best language."""
    lang = request.accept_languages.best_match(LANGUAGES) or "de"
    answer = redirect(url_for("public.home.show", lang=lang))
    answer.headers["Vary"] = "Accept-Language"
    return answer  # type: ignore[return-value]


def init_app(app: Flask) -> None:
    app.url_map.converters.update(lang=LanguageConverter, int=NumberConverter)
    Babel(app, locale_selector=_locale)

    phrases.init_app(app)

    @app.url_value_preprocessor
    def _read(endpoint: str | None, values: dict[str, object] | None) -> None:
        # Where nothing stands at the address, its first part still says which language is meant.
        first = request.path[1:].partition("/")[0]
        g.lang = values.pop("lang", None) if values is not None else first if first in LANGUAGES else None
        refresh()

    @app.url_defaults
    def _stay(endpoint: str, values: dict[str, object]) -> None:
        if app.url_map.is_endpoint_expecting(endpoint, "lang"):
            values.setdefault("lang", g.get("lang") or language())

    @app.context_processor
    def _context() -> dict[str, object]:
        return {"lang": language(), "other_language_url": _other_language_url() if request else None}
