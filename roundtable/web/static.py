"""Static files under addresses that carry a hash of their content, kept by browsers for a year."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, Response, request, send_from_directory, url_for

FOLDER = Path(__file__).parent.parent / "static"

routes = Blueprint("static", __name__)


@cache
def _hash(name: str) -> str:
    return hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """The address of a static file, new whenever its content is."""
    return _address(name, request.script_root)


@cache
def _address(name: str, root: str) -> str:
    """Each page has ten: the same everywhere below the same root."""
    return url_for("static.show", stamp=_hash(name), name=name)


@routes.get("/static/<stamp>/<path:name>")
def show(stamp: str, name: str) -> Response:
    answer = send_from_directory(FOLDER, name, max_age=31536000)
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer


def init_app(app: Flask) -> None:
    app.register_blueprint(routes)
    app.jinja_env.globals["asset"] = asset
