"""My invitation: who invites to what, three plain answers, and what happens next."""

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload, selectinload
from werkzeug.wrappers import Response as AnyResponse
from wtforms import EmailField, StringField, TextAreaField
from wtforms.validators import InputRequired

from roundtable import clock
from roundtable.actions.guests import answering, consenting
from roundtable.actions.guests.named_guests import NamesWrongDelegate
from roundtable.db import db
from roundtable.domain.guests import registrations, waiting_list
from roundtable.domain.guests.invitations import Given
from roundtable.domain.guests.needs import Needs
from roundtable.domain.guests.registrations import Registration
from roundtable.domain.people.people import Person
from roundtable.domain.record.commitments import owed_before
from roundtable.domain.roundtables.agenda import AgendaItem, Paper, PaperVersion
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.phrases import language
from roundtable.web import downloads
from roundtable.web.agendas import AgendaPage, page_asked_for
from roundtable.web.calendars import Ways, ways_to_add
from roundtable.web.edge import attempt, deed
from roundtable.web.forms import LINE, NAME, Form, is_address
from roundtable.web.guest import mine
from roundtable.web.guest.rights import invitation_or_404
from roundtable.web.names import SHORT, has_no_link, is_a_name
from roundtable.web.security import limiter

routes = Blueprint("invitation", __name__, url_prefix="/i/<token>")


class NamedForm(Form):
    """Somebody who is named: a delegate, or who comes along."""

    given_name = StringField(_l("First name"), [InputRequired(_l("Please give the first name.")), SHORT, is_a_name])
    family_name = StringField(_l("Last name"), [InputRequired(_l("Please give the last name.")), SHORT, is_a_name])
    function = StringField(_l("Function"), [InputRequired(_l("Please give the function.")), NAME, has_no_link])
    email = EmailField(_l("E-mail address"), [InputRequired(_l("Please give the e-mail address.")), NAME, is_address])

    @property
    def called(self) -> str:
        return f"{self.given_name.data} {self.family_name.data}"


class DeclineForm(Form):
    note = TextAreaField(_l("Reason"), [LINE], render_kw={"rows": 3})


# Made once, as what else the page shows.
_ITEMS = (
    joinedload(AgendaItem.speaker).load_only(Person.title, Person.given_name, Person.family_name),
    selectinload(AgendaItem.papers).selectinload(Paper.versions),
)


def _place(held: Registration | None) -> int | None:
    if held is None or not held.is_waiting:
        return None
    return waiting_list.place_in_line(db.session(), held)


def _next_place(roundtable: Roundtable) -> int | None:
    """Where on the waiting list a new acceptance would stand; None while a seat is free."""
    seating = registrations.seating_of(db.session(), roundtable)
    return seating.waiting + 1 if seating.is_full else None


@routes.get("/")
def show(token: str) -> str:
    invitation = mine.invitation_or_404(token)
    words = mine.words(invitation, token)
    roundtable, held = invitation.roundtable, words["held"]
    agenda = page_asked_for(roundtable, *_ITEMS)
    return render_template(
        "guest/invitation/show.html",
        **words,
        place=_place(held),
        ways=_ways(roundtable, agenda, token),
        next_place=_next_place(roundtable) if words["may_answer"] and held is None else None,
        stops_moving_up_at=registrations.stops_moving_up_at(roundtable),
        list_stands_still=clock.now() > registrations.stops_moving_up_at(roundtable),
        agenda=agenda,
        commitments=owed_before(db.session(), roundtable) if agenda.part.looks_back else [],
        is_over=roundtable.is_over(clock.now()),
        is_for_assistant=g.link.is_for_assistant,
        needs=db.session.get(Needs, invitation.id) if held is not None or invitation.companions else None,
        agreed_to=consenting.agreed_to(db.session(), invitation),
        today=roundtable.series.day_at(clock.now()),
    )


def _ways(roundtable: Roundtable, agenda: AgendaPage, token: str) -> Ways:
    file, rings = (
        url_for("guest_files.calendars.mine", token=token, lang=language(), alarm=alarm) for alarm in (None, "day")
    )
    return ways_to_add(
        roundtable, file, language=language(), at=clock.now(), opening=agenda.opening, file_that_rings=rings
    )


@routes.get("/delegate")
def delegate_form(token: str) -> AnyResponse | str:
    return _asked(token, "guest/invitation/delegate_form.html", NamedForm())


@routes.get("/decline")
def decline_form(token: str) -> AnyResponse | str:
    return _asked(token, "guest/invitation/decline_form.html", DeclineForm())


def _asked(token: str, template: str, form: Form) -> AnyResponse | str:
    """The page that asks; where nothing can be answered any more, the invitation itself says why."""
    words = mine.words(mine.invitation_or_404(token), token)
    if not words["may_answer"]:
        return redirect(url_for(".show", token=token, given_by=mine.typed_by() or None), 303)
    return render_template(template, form=form, **words)


@routes.post("/answer")
@limiter.limit("60 per minute")
def answer(token: str) -> AnyResponse | tuple[str, int]:
    """I am coming, or I cannot come."""
    form = DeclineForm()
    kind = request.form.get("kind")
    if kind not in ("accepted", "declined"):
        abort(400)
    if not form.validate_on_submit():
        return render_template(
            "guest/invitation/decline_form.html", form=form, **mine.words(mine.invitation_or_404(token), token)
        ), 422
    # From here on nobody else writes: everything that needs no data comes before.
    invitation = invitation_or_404(token)
    with deed(back=_back(token)):
        if kind == "accepted":
            answering.accept(db.session(), invitation, at=clock.now(), given=Given(given_by=mine.given_by(invitation)))
        else:
            answering.decline(
                db.session(),
                invitation,
                at=clock.now(),
                given=Given(note=form.note.data or "", given_by=mine.given_by(invitation)),
            )
    return _answered(token)


@routes.post("/delegate")
@limiter.limit("30 per hour")
def delegate(token: str) -> AnyResponse | tuple[str, int]:
    """Somebody else comes; they get an own link."""
    invitation = invitation_or_404(token)
    form = NamedForm()
    if form.validate_on_submit():
        who = {each: getattr(form, each).data for each in ("given_name", "family_name", "function", "email")}
        with attempt() as done:
            given = Given(given_by=mine.given_by(invitation))
            answering.delegate(db.session(), invitation, at=clock.now(), given=given, **who)
        if done:
            return _answered(token)
        if not isinstance(done.refusal, NamesWrongDelegate):
            flash(str(done.refusal), "danger")
            return _back(token)
        form.email.errors = [str(done.refusal)]
    words = mine.words(mine.invitation_or_404(token), token)
    return render_template("guest/invitation/delegate_form.html", form=form, **words), 422


def _answered(token: str) -> AnyResponse:
    """To what was understood: on a phone it stands below the fold."""
    return redirect(url_for(".show", token=token, given_by=mine.typed_by() or None, _anchor="answer"), 303)


def _back(token: str) -> AnyResponse:
    """A refusal is told on the invitation: a guest's browser sends no referrer that could say where from."""
    return redirect(url_for(".show", token=token, given_by=mine.typed_by() or None), 303)


@routes.get("/papers/<int:version_id>")
def paper(token: str, version_id: int) -> Response:
    """A paper of this very roundtable's agenda, as it stands now: what was replaced is not handed out any more."""
    invitation = invitation_or_404(token)
    found = db.session.scalar(
        select(PaperVersion)
        .join(PaperVersion.paper)
        .join(Paper.item)
        .where(PaperVersion.id == version_id, AgendaItem.roundtable_id == invitation.roundtable_id)
        .options(contains_eager(PaperVersion.paper).selectinload(Paper.versions))
    )
    if found is None or found is not found.paper.current:
        abort(404)
    return downloads.paper(found)
