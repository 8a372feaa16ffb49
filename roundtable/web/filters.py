"""What pages alone say, beside the phrases that letters say too."""

from flask import Flask
from markupsafe import Markup

from roundtable.documents import qr
from roundtable.mail.outbox.statuses import standing_of


def init_app(app: Flask) -> None:
    app.jinja_env.filters["standing"] = standing_of
    app.jinja_env.filters["qr"] = lambda url: Markup(qr.svg(url))  # noqa: S704 - segno writes numbers alone
