"""The office's own words in letters: in place of our first paragraph and of nothing else."""

import pytest
from bs4 import BeautifulSoup
from sqlalchemy.orm import Session

from roundtable.db import Bilingual
from roundtable.domain.letter_kinds import WORDED, LetterKind
from roundtable.domain.series import wordings
from roundtable.mail.letters import letters
from roundtable.mail.outbox import outbox
from tests.factories import AT, both
from tests.mail.every_letter import LETTERS, TOKEN, an_invited

TEXT = Bilingual("wir freuen uns auf Sie, {name} <&>.\nUnd auf {series}!", "we look forward to you, {name} <&>.")


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("kind", WORDED)
def test_own_words_take_the_place_of_the_first_paragraph_alone(
    session: Session, kind: LetterKind, language: str
) -> None:
    ours = outbox.read(LETTERS[kind][0](an_invited(session, language), session)).text
    session.rollback()
    invitation = an_invited(session, language)
    wordings.word(invitation.roundtable.series, kind, TEXT)
    session.flush()
    letter = LETTERS[kind][0](invitation, session)
    reading = outbox.read(letter)
    said = "wir freuen uns auf Sie" if language == "de" else "we look forward to you"
    assert letter.person is not None
    name = letter.person.name

    assert f"{said}, {name} <&>." in reading.text
    page = BeautifulSoup(reading.html, "html5lib")
    assert f"{said}, {name} <&>." in " ".join(page.get_text(" ").split())
    assert "&lt;&amp;&gt;" in reading.html
    first = ours.split("\n\n")[1]
    assert first not in reading.text
    # Everything else stays, but for what differs between two invitations anyway.
    kept = [each for each in ours.split("\n\n")[2:] if "http://" not in each and "Prof. Dr." not in each]
    assert [each for each in kept if each not in reading.text] == []
    assert "http://localhost/" in reading.text


def test_a_language_without_words_of_its_own_keeps_ours(session: Session) -> None:
    invitation = an_invited(session, "en")
    wordings.word(invitation.roundtable.series, "invitation", Bilingual("nur auf Deutsch", ""))
    text = outbox.read(letters.invitation(invitation, TOKEN, at=AT)).text
    assert "nur auf Deutsch" not in text
    assert "cordially invited" in text


def test_what_somebody_is_called_is_no_placeholder_and_no_markup(session: Session) -> None:
    invitation = an_invited(session, "de")
    invitation.person.family_name = "{contact} {{7*7}} <img src=x>"
    invitation.roundtable.motto = both("Zeile\nzwei {name")
    wordings.word(invitation.roundtable.series, "invitation", both("Für {name}: {motto}"))
    reading = outbox.read(letters.invitation(invitation, TOKEN, at=AT))
    assert f"Für {invitation.person.name}: Zeile zwei {{name" in reading.text
    assert "{contact} {{7*7}} <img" in reading.text
    assert "<img" not in reading.html


def test_back_to_our_words(session: Session) -> None:
    invitation = an_invited(session, "de")
    series = invitation.roundtable.series
    wordings.word(series, "reminder", both("Bitte sehr."))
    session.flush()
    wordings.word(series, "reminder", both(""))
    session.flush()
    assert series.wordings == []
    assert "noch nichts von Ihnen gehört" in outbox.read(letters.reminder(invitation, TOKEN, at=AT)).text


def test_words_that_come_to_nothing_leave_ours(session: Session) -> None:
    invitation = an_invited(session, "de")
    invitation.roundtable.motto = both("")
    wordings.word(invitation.roundtable.series, "invitation", both("Das Motto: {motto}"))
    assert "laden wir Sie herzlich" in outbox.read(letters.invitation(invitation, TOKEN, at=AT)).text


def test_the_assistant_reads_them_too(session: Session) -> None:
    invitation = an_invited(session, "de")
    invitation.person.assistant_email = "vorzimmer@organisation.example"
    wordings.word(invitation.roundtable.series, "invitation", both("{salutation}: eine Einladung an {name}."))
    text = outbox.read(letters.invitation(invitation, TOKEN, at=AT, for_assistant=True)).text
    assert f"Guten Tag: eine Einladung an {invitation.person.name}." in text


@pytest.mark.parametrize("kind", ["delegate_invitation", "companion_invitation"])
def test_whoever_was_named_reads_by_whom(session: Session, kind: LetterKind) -> None:
    invitation = an_invited(session, "de")
    wordings.word(invitation.roundtable.series, kind, Bilingual("{named_by} schickt Sie zu uns.", ""))
    session.flush()
    named_by = f"{invitation.person.name} (Geschäftsführung)"
    assert f"{named_by} schickt Sie zu uns." in outbox.read(LETTERS[kind][0](invitation, session)).text
    for other in ("invitation", "poll"):
        with pytest.raises(wordings.BrokenPlaceholder, match="Vertretungen und Begleitungen"):
            wordings.check("{named_by}", other)
