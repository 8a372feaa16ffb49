"""What a personal link opens, or the page for links that open nothing."""

from flask import g
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from roundtable import clock
from roundtable.db import db
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.guests.sign_ups import SignUp
from roundtable.domain.links import PersonalLink, link_by_token
from roundtable.domain.press.quotes import Quote
from roundtable.domain.record.commitments import Commitment
from roundtable.domain.roundtables.polls import Poll, PollVoter
from roundtable.domain.series.series import Series
from roundtable.web.errors import LinkDead


def _link(token: str, *load: ORMOption) -> PersonalLink:
    link = link_by_token(db.session(), token, at=clock.now(), load=load)
    if link is None:
        raise LinkDead
    g.link = link
    return link


WITH_ROUNDTABLE = joinedload(PersonalLink.invitation).joinedload(Invitation.roundtable)


def invitation_or_404(token: str, *, load: ORMOption = WITH_ROUNDTABLE) -> Invitation:
    """The invitation this token opens; not when it was revoked. Raises LinkDead.

    ``load``: what to read with the link.
    """
    invitation = _link(token, load).invitation
    if invitation is None or not invitation.is_open:
        raise LinkDead
    return invitation


def poll_voter_or_404(token: str) -> PollVoter:
    """With the poll, its dates, and what was said so far. Raises LinkDead."""
    link = _link(token)
    if link.poll_voter_id is None:
        raise LinkDead
    voter = select(PollVoter).where(PollVoter.id == link.poll_voter_id)
    poll = joinedload(PollVoter.poll)
    return db.session.scalars(
        voter.options(
            joinedload(PollVoter.person),
            selectinload(PollVoter.votes),
            poll.joinedload(Poll.series).options(joinedload(Series.office), joinedload(Series.host)),
            poll.selectinload(Poll.dates),
        )
    ).one()


def quote_or_404(token: str) -> Quote:
    quote = _link(token).quote
    if quote is None:
        raise LinkDead
    return quote


def commitment_or_404(token: str) -> Commitment:
    commitment = _link(token).commitment
    if commitment is None:
        raise LinkDead
    return commitment


def sign_up_or_404(token: str) -> SignUp:
    """What somebody entered who was not invited. Raises LinkDead."""
    sign_up = _link(token).sign_up
    if sign_up is None:
        raise LinkDead
    return sign_up
