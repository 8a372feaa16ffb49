"""The language stands in the path: /de/… and /en/…"""

from functools import cache
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Flask, Response, g, has_request_context, redirect, request, url_for
from flask_babel import Babel, get_locale, get_translations, refresh
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from werkzeug.routing import BaseConverter

from roundtable.db import LANGUAGES
from roundtable.web.addresses import NumberConverter, nearest_page

routes = Blueprint("languages", __name__)

SAFE_IN_QUERIES = "&=+%*-._~/:,;"


class LanguageConverter(BaseConverter):
    regex = "de|en"


def language() -> str:
    """The language of this request, or of the letter that is being rendered."""
    locale = get_locale()
    return locale.language if locale is not None else "de"


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

    @cache
    def catalogue(language: str) -> Any:
        return get_translations()

    # As Flask-Babel's own, which look for the catalogue anew at each of a page's hundred sentences.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # comes with its extension
        gettext=lambda words: catalogue(language()).ugettext(words),
        ngettext=lambda one, many, number: catalogue(language()).ungettext(one, many, number),
        newstyle=True,
    )

    @pass_context
    def said(context: Context, words: str, /, **values: object) -> str:
        """As Jinja's own, which takes three steps more for each of a page's two hundred sentences."""
        sentence: str = catalogue(language()).ugettext(words)
        if context.eval_ctx.autoescape:
            sentence = Markup(sentence)  # noqa: S704 - our own words
        return sentence % values if "%" in sentence else sentence

    app.jinja_env.globals.update(_=said, gettext=said)

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
