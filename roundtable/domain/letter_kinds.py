"""The table of letters: what each kind is called, how soon it goes, what it is about, asks and tells.

A new letter is a name and a row here, a function in ``mail/letters`` and two templates in ``mail/``, all of one name.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

LetterKind = Literal[
    "save_the_date",
    "invitation",
    "reminder",
    "delegate_invitation",
    "companion_invitation",
    "answer_received",
    "delegate_declined",
    "seat_free",
    "new_date",
    "changed",
    "cancelled",
    "uninvited",
    "quote_to_release",
    "report_due",
    "poll",
    "poll_reminder",
    "poll_closed",
    "answer_news",
    "digest",
    "confirm_address",
    "sign_up_received",
    "turned_away",
]
# Those that an organiser sends to many, and the news that a deed sends to all whom it concerns.
SentByHand = Literal["save_the_date", "invitation", "reminder"]
NewsKind = Literal["new_date", "changed"]
MailingKind = Literal[SentByHand, NewsKind, "cancelled"]

# Letters about answers go to organisers, those about a registration to somebody who may be in no address book.
About = Literal["invitation", "quote", "commitment", "poll", "answers", "sign_up"]
# Somebody waits for it at this moment; it changes plans; everything else, mailings of thousands too.
Urgency = Literal["at_once", "soon", "in_turn"]
# To come for the first time; to answer once more, whatever was answered before.
Asks = Literal["to_keep_the_day", "to_come", "to_answer_again", "to_vote", "to_release", "to_report", "to_confirm"]
# The day as it is; what is different from the day they knew.
Tells = Literal["day", "news"]
# The roundtable moves; they have answered; a later letter says all, or they are not to come; the poll is closed.
Overtaking = Literal["move", "answer", "last_word", "closing"]


@dataclass(frozen=True, slots=True)
class Wording:
    """A letter that an office may word: what it is called there, and when it is written."""

    title: LazyString
    occasion: LazyString


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One row. ``mailing``: what many of them are called together. ``send``: the button for one of them, or ``{n}``."""

    label: LazyString
    about: About
    urgency: Urgency = "in_turn"
    asks: Asks | None = None
    tells: Tells | None = None
    overtaken_by: tuple[Overtaking, ...] = ()
    wording: Wording | None = None
    mailing: LazyString | None = None
    send: tuple[LazyString, LazyString] | None = None
    # To somebody whom a guest has named.
    is_to_the_named: bool = False
    # It says the same to everybody, greeting and link apart.
    is_alike: bool = False


KINDS: dict[LetterKind, Kind] = {
    "save_the_date": Kind(
        label=_l("Save-the-date"),
        about="invitation",
        asks="to_keep_the_day",
        tells="day",
        overtaken_by=("move", "last_word"),
        wording=Wording(_l("Save-the-date"), _l("before the invitation, to keep the day free")),
        mailing=_l("Save-the-dates"),
        send=(_l("Send one save-the-date"), _l("Send {n} save-the-dates")),
        is_alike=True,
    ),
    "invitation": Kind(
        label=_l("Invitation"),
        about="invitation",
        asks="to_come",
        tells="day",
        overtaken_by=("move", "last_word"),
        wording=Wording(_l("Invitation"), _l("asks who comes")),
        mailing=_l("Invitations by letter"),
        send=(_l("Send one invitation"), _l("Send {n} invitations")),
        is_alike=True,
    ),
    "reminder": Kind(
        label=_l("Reminder"),
        about="invitation",
        asks="to_answer_again",
        overtaken_by=("move", "answer", "last_word"),
        wording=Wording(_l("Reminder"), _l("to those who have not answered")),
        mailing=_l("Reminders"),
        send=(_l("Send one reminder"), _l("Send {n} reminders")),
        is_alike=True,
    ),
    "delegate_invitation": Kind(
        label=_l("Invitation of a delegate"),
        about="invitation",
        urgency="at_once",
        asks="to_come",
        tells="day",
        overtaken_by=("move", "last_word"),
        wording=Wording(_l("To a delegate"), _l("when a guest sends somebody in their place")),
        is_to_the_named=True,
    ),
    "companion_invitation": Kind(
        label=_l("Invitation of a companion"),
        about="invitation",
        urgency="at_once",
        asks="to_come",
        tells="day",
        overtaken_by=("move", "last_word"),
        wording=Wording(_l("To a companion"), _l("when a guest brings somebody along")),
        is_to_the_named=True,
    ),
    "answer_received": Kind(
        label=_l("Confirmation of an answer"),
        about="invitation",
        urgency="at_once",
        overtaken_by=("last_word",),
    ),
    "delegate_declined": Kind(
        label=_l("The delegate declined"),
        about="invitation",
        urgency="soon",
        asks="to_answer_again",
        overtaken_by=("answer", "last_word"),
    ),
    "seat_free": Kind(
        label=_l("A seat is free"),
        about="invitation",
        urgency="soon",
        overtaken_by=("last_word",),
        wording=Wording(_l("A seat has become free"), _l("to those who move up from the waiting list")),
    ),
    "new_date": Kind(
        label=_l("New date"),
        about="invitation",
        urgency="soon",
        tells="news",
        overtaken_by=("move", "last_word"),
        wording=Wording(_l("New date"), _l("when a roundtable is moved")),
        mailing=_l("Letters about the new date"),
    ),
    "changed": Kind(
        label=_l("Notice of a change"),
        about="invitation",
        urgency="soon",
        tells="news",
        overtaken_by=("move", "last_word"),
        mailing=_l("Letters about changes"),
    ),
    "cancelled": Kind(
        label=_l("Cancellation"),
        about="invitation",
        urgency="soon",
        tells="day",
        wording=Wording(_l("Cancellation"), _l("when a roundtable is cancelled")),
        mailing=_l("Letters about the cancellation"),
        is_alike=True,
    ),
    "uninvited": Kind(label=_l("Invitation withdrawn"), about="invitation", urgency="soon"),
    "quote_to_release": Kind(label=_l("Quote to release"), about="quote", asks="to_release"),
    "report_due": Kind(label=_l("Report on a commitment"), about="commitment", asks="to_report"),
    "poll": Kind(
        label=_l("Date poll"),
        about="poll",
        asks="to_vote",
        overtaken_by=("closing",),
        wording=Wording(_l("Date poll"), _l("asks which days suit")),
    ),
    "poll_reminder": Kind(
        label=_l("Reminder of a date poll"),
        about="poll",
        asks="to_vote",
        overtaken_by=("closing",),
        wording=Wording(_l("Reminder of a date poll"), _l("to those who have not voted")),
    ),
    "poll_closed": Kind(label=_l("Result of a date poll"), about="poll"),
    "answer_news": Kind(label=_l("News of an answer"), about="answers", urgency="soon"),
    "digest": Kind(label=_l("Answers of the day"), about="answers"),
    "confirm_address": Kind(label=_l("Confirm the address"), about="sign_up", urgency="at_once", asks="to_confirm"),
    "sign_up_received": Kind(label=_l("Registration received"), about="sign_up", urgency="at_once"),
    "turned_away": Kind(label=_l("Registration turned down"), about="sign_up", urgency="soon"),
}


def those(is_meant: Callable[[Kind], bool]) -> tuple[LetterKind, ...]:
    """The kinds whose row is meant, in the order of the table."""
    return tuple(name for name, kind in KINDS.items() if is_meant(kind))


def overtaken_by(event: Overtaking) -> tuple[LetterKind, ...]:
    """What nobody should read any more once this has happened."""
    return those(lambda kind: event in kind.overtaken_by)


KEEPING = those(lambda kind: kind.asks == "to_keep_the_day")
INVITING = those(lambda kind: kind.asks == "to_come")
ASKING = (*KEEPING, *INVITING)
TELLING = those(lambda kind: kind.tells is not None)
# Letters to many that ask for an answer: after one people are left in peace for a while.
PRESSING = those(lambda kind: kind.mailing is not None and kind.asks in ("to_come", "to_answer_again"))
WORDED = those(lambda kind: kind.wording is not None)
TO_ORGANISERS = those(lambda kind: kind.about == "answers")
BY_HAND: tuple[SentByHand, ...] = get_args(SentByHand)
NEWS: tuple[NewsKind, ...] = get_args(NewsKind)
URGENCIES: tuple[Urgency, ...] = get_args(Urgency)
