"""A letter inside a page, as its reader's mail program shows it."""

import nh3
from flask import Response

from roundtable.mail.message.reading import Reading
from roundtable.web.security import CONTENT_SECURITY_POLICY

# A letter carries its style inline; it may load nothing, run nothing, and be framed by us alone.
OF_A_LETTER = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox allow-popups"
)
OF_A_STRANGER = "default-src 'none'; frame-ancestors 'self'; sandbox"


def letter_alone(reading: Reading) -> Response:
    """What stands in the frame."""
    answer = Response(reading.html, mimetype="text/html")
    answer.headers["Content-Security-Policy"] = OF_A_LETTER
    return answer


def page_with_letter(page: str) -> Response:
    """The page around the frame."""
    answer = Response(page)
    answer.headers["Content-Security-Policy"] = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"
    return answer


def foreign_page(html: str) -> Response:
    """What somebody sent us: bare words and tables. It loads nothing, runs nothing and leads nowhere."""
    bare = nh3.clean(html, tags=nh3.ALLOWED_TAGS - {"a", "img"}, attributes={}, link_rel=None)
    answer = Response(f'<!doctype html><meta charset="utf-8"><title>–</title>{bare}', mimetype="text/html")
    answer.headers["Content-Security-Policy"] = OF_A_STRANGER
    answer.headers["X-DNS-Prefetch-Control"] = "off"
    return answer
