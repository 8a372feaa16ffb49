"""Pages, by who may see them: public, guest, desk."""

from flask import Flask

from roundtable.web import desk, errors, filters, guest, languages, process, public, security, static

# The same for everybody: what is kept as it went out.
FOR_EVERYBODY = (public.routes, public.files, guest.feeds)


def init_app(app: Flask) -> None:
    languages.init_app(app)
    security.init_app(app)
    filters.init_app(app)
    static.init_app(app)
    errors.init_app(app)
    app.register_blueprint(process.routes)
    app.register_blueprint(languages.routes)
    app.register_blueprint(public.routes)
    app.register_blueprint(public.files)
    app.register_blueprint(guest.routes)
    app.register_blueprint(guest.files)
    app.register_blueprint(guest.feeds)
    app.register_blueprint(desk.routes)
