"""Date polls at the desk: propose dates, look at the letters, ask, see who can when, choose one."""

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.wrappers import Response as Redirect

from roundtable import clock
from roundtable.actions.roundtables import polling
from roundtable.db import db
from roundtable.domain.links import NO_TOKEN
from roundtable.domain.office.offices import Deed
from roundtable.domain.people.people import Person
from roundtable.domain.roundtables.polls import Poll, PollDate, PollVoter
from roundtable.domain.series.series import Member, Series
from roundtable.mail.letters import poll_letters
from roundtable.mail.outbox import outbox
from roundtable.mail.outbox.outbox import Letter
from roundtable.web.desk.parts import letter_frames, selection
from roundtable.web.desk.parts.rights import own_series_or_404
from roundtable.web.desk.roundtables.poll_form import PollForm, empty_rows
from roundtable.web.desk.series.matrix import matrix_of
from roundtable.web.desk.series.members import found_members, found_people, listed, members_of
from roundtable.web.edge import deed
from roundtable.web.paging import slice_of

routes = Blueprint("polls", __name__, url_prefix="/series/<int:series_id>/polls")

FOUND_AT_MOST = 30


def _own_poll_or_404(series_id: int, poll_id: int, deed: Deed = "plan") -> Poll:
    own_series_or_404(series_id, deed)
    poll = db.session.get(Poll, poll_id, options=[joinedload(Poll.series), selectinload(Poll.dates)])
    if poll is None or poll.series_id != series_id:
        abort(404)
    return poll


@routes.get("/new")
def new(series_id: int) -> str:
    series = own_series_or_404(series_id, "plan")
    return _new(series, PollForm(zone=series.zone, data={"dates": empty_rows(series)}))


def _new(series: Series, form: PollForm) -> str:
    sought = selection.words_asked_for()
    found = found_members(series, sought)
    page = slice_of(found, per_page=selection.PER_PAGE, number=selection.page_asked_for())
    everybody = list(db.session.scalars(listed(series).with_only_columns(Member.person_id)))
    fitting = db.session.scalars(found.with_only_columns(Member.person_id)) if "tick" in request.form else ()
    chosen = selection.ticked("people", offered=everybody, proposed=everybody, found=fitting)
    return render_template(
        "desk/polls/new.html",
        series=series,
        form=form,
        page=page,
        members=len(everybody),
        is_long=len(everybody) > selection.PER_PAGE,
        sought=sought,
        chosen=chosen,
        along=selection.along("people", chosen, [each.person_id for each in page]),
    )


@routes.post("/new")
def create(series_id: int) -> Redirect | str | tuple[str, int]:
    """With ``more`` there are more rows, and nothing is saved yet."""
    series = own_series_or_404(series_id, "plan")
    form = PollForm(zone=series.zone)
    if "more" in request.form:
        form.add_rows()
        return _new(series, form)
    if selection.is_only_looking():
        return _new(series, form)
    if form.validate_on_submit():
        members = members_of(series)
        chosen = selection.ticked("people", offered=[each.person_id for each in members], proposed=())
        people = [member.person for member in members if member.person_id in chosen]
        until = form.answer_until
        with deed(form) as done:
            poll = polling.open_poll(
                db.session(),
                series,
                form.proposed(),
                people,
                note=form.note,
                answer_until=until.in_zone(series.zone) if until.data else None,
                at=clock.now(),
            )
        if done:
            return redirect(url_for(".preview", series_id=series.id, poll_id=poll.id), 303)
    return _new(own_series_or_404(series_id, "plan"), form), 422


@routes.get("/<int:poll_id>/")
def show(series_id: int, poll_id: int) -> str:
    poll = _own_poll_or_404(series_id, poll_id, "see")
    words = request.args.get("words", "").strip()
    voters = polling.voters_of(db.session(), poll)
    asked = {voter.person_id for voter in voters}
    found = [each for each in found_people(poll.series, words, FOUND_AT_MOST) if each.id not in asked] if words else []
    return render_template(
        "desk/polls/show.html",
        poll=poll,
        series=poll.series,
        matrix=matrix_of(db.session(), poll, voters),
        to_ask=sum(voter.asked_at is None for voter in voters),
        owing=len(polling.owing(db.session(), poll, at=clock.now())),
        takes_votes=poll.takes_votes(clock.now()),
        words=words,
        found=found,
    )


@routes.post("/<int:poll_id>/voters")
def add_voter(series_id: int, poll_id: int) -> Redirect:
    poll = _own_poll_or_404(series_id, poll_id)
    person = db.session.get(Person, request.form.get("person", 0, type=int))
    if person is None or person.office_id != poll.series.office_id:
        abort(404)
    with deed():
        polling.add_voter(db.session(), poll, person)
    flash(_("%(name)s will be asked as soon as you send the letter.", name=person.name), "success")
    return redirect(url_for(".show", series_id=series_id, poll_id=poll.id), 303)


@routes.get("/<int:poll_id>/preview")
def preview(series_id: int, poll_id: int) -> Response:
    """Nothing bulk leaves unseen (rule 22). ``kind``: ``ask``, ``remind``, ``choose`` (a ``date``) or ``give-up``."""
    poll = _own_poll_or_404(series_id, poll_id)
    kind, date = _kind(), _date_or_none(poll)
    recipients = _recipients(poll, kind)
    looked_at = request.args.get("look_at", type=int)
    shown = next((each for each in recipients if each.id == looked_at), recipients[0] if recipients else None)
    letter = _letter(shown, kind, date) if shown is not None else None
    page = render_template(
        "desk/polls/preview.html",
        poll=poll,
        series=poll.series,
        kind=kind,
        date=date,
        recipients=recipients,
        shown=shown,
        letter=letter,
        reading=outbox.read(letter) if letter is not None else None,
    )
    return letter_frames.page_with_letter(page)


@routes.get("/<int:poll_id>/voters/<int:voter_id>/letter")
def letter(series_id: int, poll_id: int, voter_id: int) -> Response:
    """The letter alone, for the frame in the preview."""
    poll = _own_poll_or_404(series_id, poll_id)
    voter = next((each for each in polling.voters_of(db.session(), poll) if each.id == voter_id), None)
    if voter is None:
        abort(404)
    return letter_frames.letter_alone(outbox.read(_letter(voter, _kind(), _date_or_none(poll))))


def _kind() -> str:
    kind = request.args.get("kind", "ask")
    return kind if kind in ("ask", "remind", "choose", "give-up") else abort(404)


def _date_or_none(poll: Poll) -> PollDate | None:
    return next((each for each in poll.dates if each.id == request.values.get("date", type=int)), None)


def _recipients(poll: Poll, kind: str) -> list[PollVoter]:
    if kind == "remind":
        return polling.owing(db.session(), poll, at=clock.now())
    voters = polling.voters_of(db.session(), poll)
    return [each for each in voters if (each.asked_at is None) == (kind == "ask")]


def _letter(voter: PollVoter, kind: str, date: PollDate | None) -> Letter:
    at = clock.now()
    with db.session.no_autoflush:
        if kind in ("choose", "give-up"):
            return poll_letters.poll_closed(voter, chosen=date, at=at)
        return (poll_letters.poll if kind == "ask" else poll_letters.poll_reminder)(voter, NO_TOKEN, at=at)


@routes.post("/<int:poll_id>/ask")
def ask(series_id: int, poll_id: int) -> Redirect:
    poll = _own_poll_or_404(series_id, poll_id)
    with deed():
        number = polling.ask(db.session(), poll, at=clock.now())
    return _done(poll, ngettext("One person is asked.", "%(num)d people are asked.", number))


@routes.post("/<int:poll_id>/remind")
def remind(series_id: int, poll_id: int) -> Redirect:
    poll = _own_poll_or_404(series_id, poll_id)
    with deed():
        number = polling.remind(db.session(), poll, at=clock.now())
    return _done(poll, ngettext("One reminder is on its way.", "%(num)d reminders are on their way.", number))


@routes.post("/<int:poll_id>/give-up")
def give_up(series_id: int, poll_id: int) -> Redirect:
    poll = _own_poll_or_404(series_id, poll_id)
    with deed():
        polling.give_up(db.session(), poll, at=clock.now())
    return _done(poll, _("The date poll is closed without a date, and those who were asked are told."))


def _done(poll: Poll, said: str) -> Redirect:
    flash(said, "success")
    return redirect(url_for(".show", series_id=poll.series_id, poll_id=poll.id), 303)


@routes.post("/<int:poll_id>/choose")
def choose(series_id: int, poll_id: int) -> Redirect:
    """The next roundtable of the series gets this date."""
    poll = _own_poll_or_404(series_id, poll_id)
    date = _date_or_none(poll)
    if date is None:
        abort(404)
    host = current_app.config["ROUNDTABLE"].host
    with deed():
        roundtable = polling.choose(db.session(), poll, date, host=host, at=clock.now())
    flash(_("The date is set, and those who were asked are told."), "success")
    return redirect(url_for("desk.roundtables.show", roundtable_id=roundtable.id), 303)
