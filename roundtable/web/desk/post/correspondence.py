"""What one person ever got from us, also at addresses they had before."""

from flask import Blueprint, abort, render_template, request
from sqlalchemy import func, select

from roundtable import clock
from roundtable.db import db
from roundtable.domain.letter_kinds import TO_ORGANISERS
from roundtable.domain.people.people import Person
from roundtable.domain.series.series import zone_of
from roundtable.mail.outbox.outbox import Letter
from roundtable.web.desk.parts.rights import own_office_or_404
from roundtable.web.desk.post.letter_list import page_of

routes = Blueprint("correspondence", __name__)


@routes.get("/people/<int:person_id>/letters/")
def index(person_id: int) -> str:
    office = own_office_or_404("reach")
    person = db.session.get(Person, person_id)
    if person is None or person.office_id != office.id:
        abort(404)
    session = db.session()
    where = [Letter.person_id == person.id, Letter.kind.not_in(TO_ORGANISERS)]
    addresses = session.execute(
        select(Letter.recipient, func.count()).where(*where).group_by(Letter.recipient).order_by(func.min(Letter.id))
    ).all()
    return render_template(
        "desk/correspondence/index.html",
        person=person,
        office=office,
        addresses=[tuple(each) for each in addresses],
        page=page_of(
            session,
            where,
            total=sum(number for _address, number in addresses),
            number=request.args.get("page", 1, type=int),
            endpoint="desk.correspondence.index",
            person_id=person.id,
        ),
        zone=zone_of(session, office),
        now=clock.now(),
    )
