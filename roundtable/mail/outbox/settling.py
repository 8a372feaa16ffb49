"""What a person decides about a letter: hand it over again, give it up, know that it arrived."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import update
from sqlalchemy.orm import Session

from roundtable.domain.office import history
from roundtable.domain.office.accounts import Account
from roundtable.domain.office.history import DeedOfLetter
from roundtable.domain.office.offices import Office
from roundtable.domain.refusals import Refused
from roundtable.mail.outbox.outbox import READDRESSED, UNSENT, Letter, LetterState, file_away

# A letter that came back has been handed over, and went nowhere.
MAY_BE_READDRESSED: tuple[LetterState, ...] = ("waiting", "failed", "uncertain", "bounced")


class HasMovedOn(Refused):
    sentence = _l("This letter has changed its state in the meantime. Please look at it again.")


class Overtaken(HasMovedOn):
    sentence = _l("What this letter says was overtaken by a later change. It will not be sent (again).")


def retry(session: Session, letter: Letter, *, at: datetime) -> None:
    """Hand it over (again), at once. Raises HasMovedOn, Overtaken."""
    _decide(session, letter, at, "waiting", "failed", "uncertain")
    if letter.overtaken_at is not None:
        raise Overtaken
    letter.state, letter.send_after, letter.tries, letter.reply = "waiting", at, 0, ""


def retry_failed(session: Session, office: Office, *, at: datetime) -> int:
    """Hand over again all that failed, for example while the password was wrong. Returns how many."""
    of_ours = [Letter.office_id == office.id, Letter.state == "failed", Letter.overtaken_at.is_(None)]
    again = {"state": "waiting", "state_since": at, "send_after": at, "tries": 0, "reply": "", "claimed_by": None}
    return len(session.scalars(update(Letter).where(*of_ours).values(**again).returning(Letter.id)).all())


def give_up(session: Session, letter: Letter, because: str, *, by: Account, at: datetime) -> None:
    """Never hand it over (again); who decided so and why goes into the office's history. Raises HasMovedOn."""
    _decide(session, letter, at, "waiting", "failed", "uncertain", "bounced")
    file_away(letter, "given_up")
    _note(session, letter, "gave_up_letter", by, at, because)


def mark_arrived(session: Session, letter: Letter, *, by: Account, at: datetime) -> None:
    """A person knows that an uncertain letter arrived. Raises HasMovedOn."""
    _decide(session, letter, at, "uncertain")
    file_away(letter, "sent")
    _note(session, letter, "marked_letter_arrived", by, at)


def put_in_its_place(session: Session, letter: Letter, again: Letter, *, by: Account, at: datetime) -> None:
    """``again``, flushed, says the same to the corrected address. What was returned stays returned, the rest is over.

    Raises HasMovedOn.
    """
    _decide(session, letter, at, *MAY_BE_READDRESSED)
    letter.replaced_by, letter.overtaken_at = again, at
    _note(session, letter, "corrected_address", by, at, letter.reply)
    if letter.state in UNSENT:
        file_away(letter, "given_up")
        letter.reply = READDRESSED


def _decide(session: Session, letter: Letter, at: datetime, *may_be: LetterState) -> None:
    session.flush()
    session.refresh(letter, ["state", "tries", "overtaken_at"], with_for_update=True)
    if letter.state not in may_be:
        raise HasMovedOn
    letter.state_since, letter.claimed_by, letter.lease_until = at, None, None


def _note(session: Session, letter: Letter, deed: DeedOfLetter, by: Account, at: datetime, because: str = "") -> None:
    history.record(
        session,
        letter.office_id,
        deed,
        at=at,
        by=by,
        about=f"{letter.recipient}: {letter.subject}",
        reason=because,
        letter_id=letter.id,
        person_id=letter.person_id,
        roundtable_id=letter.roundtable_id,
    )
