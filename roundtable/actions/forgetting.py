"""Forgetting by itself what has served its purpose (rule 26).

What a roundtable was, who was there and what was promised is the office's record and stays; so does the address book,
which people keep, except for whoever stands in it by a guest's word alone. tests/house/test_forgetting.py says of every
table which it is.
"""

from datetime import datetime, timedelta

from sqlalchemy import Select, delete, exists, or_, select, update
from sqlalchemy.orm import Session

from roundtable.actions import forgetting_people
from roundtable.actions.guests import signing_up
from roundtable.actions.people import entry_history
from roundtable.domain import calendars, links
from roundtable.domain.guests.consents import Consent
from roundtable.domain.guests.invitations import Answer, Invitation
from roundtable.domain.guests.needs import Needs
from roundtable.domain.jobs import JobRun
from roundtable.domain.office.history import DEEDS_OF_LETTERS, Entry
from roundtable.domain.office.uploads import KEPT, Upload
from roundtable.domain.people import addresses
from roundtable.domain.roundtables.polls import Poll, PollDate, PollVoter
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.mail.inbox import inbox
from roundtable.mail.outbox.mailings import Mailing
from roundtable.mail.outbox.outbox import Letter

# After the roundtable: what somebody needed there is health data and has no other use.
NEEDS_KEPT = timedelta(days=30)
RUNS_KEPT = timedelta(days=30)
# After the roundtable, or the end of the poll: why somebody cannot come, and which days suit them.
WORDS_KEPT = timedelta(days=365)
# What became of it is asked about for a season or two. By then a letter that needs a person needs nobody any more.
LETTERS_KEPT = timedelta(days=730)
# That somebody had agreed is to be proven as long as claims can be made (section 195 of the German Civil Code).
CONSENTS_KEPT = timedelta(days=3 * 365)
LEFT_ALONE = ("waiting", "handing_over")


def forget_old(session: Session, *, at: datetime) -> None:
    """Everything whose time is up, whichever table it stands in."""
    session.execute(delete(Needs).where(Needs.invitation_id.in_(_invited_before(at - NEEDS_KEPT))))
    session.execute(delete(Upload).where(Upload.uploaded_at < at - KEPT))
    session.execute(delete(JobRun).where(JobRun.slot < at - RUNS_KEPT))
    session.execute(delete(Consent).where(Consent.withdrawn_at < at - CONSENTS_KEPT))
    forgetting_people.forget_who_did_not_come(session, before=at - WORDS_KEPT)
    signing_up.forget_unconfirmed(session, at=at)
    signing_up.forget_settled(session, at=at)
    inbox.forget_old(session, at=at)
    entry_history.forget_old(session, at=at)
    addresses.forget_old(session, at=at)
    links.forget_ended(session, at=at)
    calendars.forget_ended(session, at=at)
    _forget_words(session, at)
    _forget_letters(session, at)


def _invited_before(moment: datetime) -> Select[int]:
    return select(Invitation.id).join(Invitation.roundtable).where(Roundtable.ends_at < moment)


def _forget_words(session: Session, at: datetime) -> None:
    """What somebody answered stays; the words they added and who typed them go. Of a poll the chosen date stays."""
    answered = Answer.invitation_id.in_(_invited_before(at - WORDS_KEPT))
    said = or_(Answer.note != "", Answer.given_by != "")
    session.execute(update(Answer).where(answered, said).values(note="", given_by=""))
    named = [Invitation.id.in_(_invited_before(at - WORDS_KEPT)), Invitation.named_as != ""]
    session.execute(update(Invitation).where(*named).values(named_as=""))
    proposed_later = exists().where(PollDate.poll_id == Poll.id, PollDate.starts_at >= at - WORDS_KEPT)
    ended = select(Poll.id).where(or_(Poll.closed_at < at - WORDS_KEPT, Poll.is_open & ~proposed_later))
    session.execute(delete(PollVoter).where(PollVoter.poll_id.in_(ended)))


def _forget_letters(session: Session, at: datetime) -> None:
    until = at - LETTERS_KEPT
    session.execute(delete(Letter).where(Letter.state.not_in(LEFT_ALONE), Letter.state_since < until))
    empty = ~exists().where(Letter.mailing_id == Mailing.id)
    session.execute(delete(Mailing).where(Mailing.queued_at < until, empty))
    decided = Entry.deed.in_(DEEDS_OF_LETTERS)
    session.execute(delete(Entry).where(decided, Entry.happened_at < until))
