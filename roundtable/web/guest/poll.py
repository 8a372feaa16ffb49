"""A date poll by personal link: for each day yes, if need be, or no."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import TextAreaField

from roundtable import clock
from roundtable.actions.roundtables import polling
from roundtable.db import db
from roundtable.domain.roundtables.polls import VOTES, PollVoter
from roundtable.web.edge import deed
from roundtable.web.forms import LINE, Form
from roundtable.web.guest.rights import poll_voter_or_404
from roundtable.web.security import limiter

routes = Blueprint("poll", __name__, url_prefix="/poll/<token>")


class VoteForm(Form):
    comment = TextAreaField(_l("Comment"), [LINE], render_kw={"rows": 3})


@routes.get("/")
def show(token: str) -> str:
    voter = poll_voter_or_404(token)
    return _page(voter, token, VoteForm(data={"comment": voter.comment}), _said(voter))


def _page(voter: PollVoter, token: str, form: VoteForm, said: dict[int, str]) -> str:
    poll = voter.poll
    return render_template(
        "guest/poll/show.html",
        voter=voter,
        poll=poll,
        series=poll.series,
        office=poll.series.office,
        token=token,
        form=form,
        said=said,
        may_vote=poll.takes_votes(clock.now()),
        is_for_assistant=g.link.is_for_assistant,
    )


def _said(voter: PollVoter) -> dict[int, str]:
    return {vote.date_id: vote.answer for vote in voter.votes}


@routes.post("/")
@limiter.limit("60 per minute")
def vote(token: str) -> Response | tuple[str, int]:
    voter = poll_voter_or_404(token)
    form = VoteForm()
    said: dict[int, Any] = {date.id: request.form.get(f"date-{date.id}") for date in voter.poll.dates}
    answers = {date_id: answer for date_id, answer in said.items() if answer in VOTES}
    if not form.validate_on_submit():
        return _page(voter, token, form, answers), 422
    by = voter.person.assistant_email if g.link.is_for_assistant else ""
    page = redirect(url_for(".show", token=token), 303)
    with deed(back=page):
        polling.vote(db.session(), voter, answers, comment=form.comment.data or "", at=clock.now(), given_by=by)
    left = len(voter.poll.dates) - len(answers)
    flash(_("Thank you. Your answer is saved."), "success")
    if left:
        flash(_("For %(num)s of the days you have chosen nothing. You can add it here at any time.", num=left), "info")
    return page
