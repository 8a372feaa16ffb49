"""Imprint, privacy, accessibility statement."""

from flask import Blueprint, render_template
from sqlalchemy import select

from roundtable.db import db
from roundtable.domain.office.offices import Office

routes = Blueprint("pages", __name__)

MOST_OFFICES = 20


def _offices() -> list[Office]:
    return list(db.session.scalars(select(Office).order_by(Office.id).limit(MOST_OFFICES)))


@routes.get("/imprint")
def imprint() -> str:
    return render_template("public/pages/imprint.html", offices=_offices())


@routes.get("/privacy")
def privacy() -> str:
    return render_template("public/pages/privacy.html", offices=_offices())


@routes.get("/accessibility")
def accessibility() -> str:
    return render_template("public/pages/accessibility.html", offices=_offices())
