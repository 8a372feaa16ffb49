"""What our pages are held against, on the same server: the same bytes from almost nothing.

``BENCH_BODIES`` names a folder; the file ``3`` in it is what the address ``/3`` answers.
"""

import os
from pathlib import Path

from flask import Flask, Response, render_template
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session, joinedload, selectinload

from roundtable.domain.roundtables.agenda import AgendaItem
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.domain.series.series import Series

BODIES = {path.name: path.read_bytes() for path in Path(os.environ["BENCH_BODIES"]).iterdir()}

flask = Flask("yardstick")
engine = create_engine(os.environ["BENCH_DATABASE_URL"])
PAGE = flask.jinja_env.from_string("""<!doctype html><html lang="de">
<title>{{ r.series.name.de }}, Nr. {{ r.number }}</title>
<h1>{{ r.motto.de or r.series.name.de }}</h1><p>{{ r.question.de }}</p>
<p>{{ r.starts_at.astimezone(r.series.zone).strftime('%d.%m.%Y %H:%M') }}</p><p>{{ r.venue }}, {{ r.address }}</p>
<p>{{ r.series.office.name.de }}</p><p>{{ r.access_notes.de }}</p>
<table>{% for item in r.agenda if item.is_public %}
<tr><th>{{ item.title.de }}</th>
<td>{% if item.speaker and item.speaker.naming_basis %}{{ item.speaker.name }}{% endif %}</td>
<td>{{ item.duration_minutes }} Minuten, {{ item.kind }}</td></tr>{% endfor %}</table>""")


@flask.get("/<name>")
def view(name: str) -> Response:
    return Response(BODIES[name], mimetype="text/html")


@flask.get("/orm/<int:roundtable_id>")
def orm(roundtable_id: int) -> str:
    """Flask, ORM and Jinja as a tutorial has them: what our page says of a roundtable, and nothing around it."""
    with Session(engine) as session:
        found = select(Roundtable).where(Roundtable.id == roundtable_id)
        found = found.options(joinedload(Roundtable.series).joinedload(Series.office))
        found = found.options(selectinload(Roundtable.agenda).joinedload(AgendaItem.speaker))
        return render_template(PAGE, r=session.scalars(found).one())
