"""Recurring roundtables of public bodies: from the date to the press release, and on to the next."""

from roundtable.serving import loading

# isort: split
from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from roundtable import web
from roundtable.db import db, prepare_engine
from roundtable.places import HERE, TEMPLATES
from roundtable.serving import page_cache, turns
from roundtable.settings import Settings, load_settings

loading.is_done()


def create_app(settings: Settings | None = None) -> Flask:
    """The whole application. Raises SettingsRefused with words that say what to do."""
    settings = settings or load_settings()
    app = Flask(__name__, template_folder=str(TEMPLATES), static_folder=None)
    app.config.update(
        ROUNDTABLE=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        # What people typed does not get into logs.
        SQLALCHEMY_ENGINE_OPTIONS={"hide_parameters": True},
        SESSION_COOKIE_NAME="roundtable",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=12 * 60 * 60,
        SESSION_REFRESH_EACH_REQUEST=False,
        MAX_CONTENT_LENGTH=25 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        WTF_CSRF_TIME_LIMIT=None,
        # It is looked at once it is known whose page this is.
        WTF_CSRF_CHECK_DEFAULT=False,
        # No referrer is needed: token and SameSite guard.
        WTF_CSRF_SSL_STRICT=False,
        BABEL_DEFAULT_LOCALE="de",
        BABEL_TRANSLATION_DIRECTORIES=str(HERE / "translations"),
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.policies["ext.i18n.trimmed"] = True

    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    web.init_app(app)
    turns.init_app(app)
    page_cache.init_app(app, *web.FOR_EVERYBODY)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app
