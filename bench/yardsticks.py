"""What our pages are held against, on the same server: the same bytes from almost nothing.

``BENCH_BODIES`` names a folder; the file ``3`` in it is what the address ``/3`` answers.
"""

import os
from pathlib import Path

from flask import Flask, Response, render_template_string
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session, selectinload

from roundtable.domain.roundtables import Roundtable

BODIES = {path.name: path.read_bytes() for path in Path(os.environ["BENCH_BODIES"]).iterdir()}
LIST = (
    "<!doctype html><title>{{ r.venue }}</title><h1>{{ r.venue }}</h1><ol>{% for item in r.agenda %}"
    "<li><h2>{{ item.title.de }}</h2><p>{{ item.duration_minutes }} Minuten, {{ item.kind }}</p></li>{% endfor %}</ol>"
)


flask = Flask("yardstick")
engine = create_engine(os.environ["BENCH_DATABASE_URL"])


@flask.get("/<name>")
def view(name: str) -> Response:
    return Response(BODIES[name], mimetype="text/html")


@flask.get("/orm/<int:roundtable_id>")
def orm(roundtable_id: int) -> str:
    """Flask, ORM and Jinja as a tutorial has them: one roundtable with its agenda."""
    with Session(engine) as session:
        found = select(Roundtable).where(Roundtable.id == roundtable_id).options(selectinload(Roundtable.agenda))
        return render_template_string(LIST, r=session.scalars(found).one())
