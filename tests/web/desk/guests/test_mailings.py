"""Letters to many: chosen, planned, watched, stopped (rule 22)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable.actions.guests import inviting
from roundtable.actions.post import readdressing
from roundtable.actions.roundtables import planning
from roundtable.db import Bilingual
from roundtable.domain.guests.invitations import Invitation
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.mail.outbox import outbox
from roundtable.mail.outbox.mailings import Mailing
from roundtable.mail.outbox.outbox import Letter
from tests.factories import AT, a_person, a_roundtable, an_account, an_invitation, worded
from tests.pages import PageClient


@pytest.fixture
def roundtable(session: Session) -> Roundtable:
    return a_roundtable(session)


@pytest.fixture
def desk(client: PageClient, session: Session, roundtable: Roundtable) -> PageClient:
    client.sign_in(an_account(session, roundtable.series.office))
    return client


def _prepared(session: Session, roundtable: Roundtable, number: int = 3, **person: Any) -> list[Invitation]:
    office = roundtable.series.office
    return [
        an_invitation(session, roundtable, a_person(session, office, **person), sent_at=None) for _ in range(number)
    ]


def _url(desk: PageClient, roundtable: Roundtable, page: str = "preview", **values: Any) -> str:
    return desk.url(f"desk.mailings.{page}", roundtable_id=roundtable.id, **values)


def _letters(session: Session) -> list[Letter]:
    return list(session.scalars(select(Letter).order_by(Letter.id)))


def test_only_those_who_are_ticked_are_written_to(desk: PageClient, session: Session, roundtable: Roundtable) -> None:
    one, two, _three = _prepared(session, roundtable)
    desk.get(_url(desk, roundtable))
    desk.submit("form:has([name=invitations])", invitations=[one.id, two.id])
    desk.follow()
    assert "0 von 2 Schreiben übergeben" in desk.text()
    assert {letter.person_id for letter in _letters(session)} == {one.person_id, two.person_id}
    desk.get(_url(desk, roundtable))
    assert "Eine Einladung senden" in desk.text()


def test_letters_to_offices_are_counted_before_they_go(
    desk: PageClient, session: Session, roundtable: Roundtable
) -> None:
    _prepared(session, roundtable, 2, assistant_email="buero@organisation.example")
    _prepared(session, roundtable, 1)
    desk.get(_url(desk, roundtable))
    assert "5 Schreiben warten auf Sie" in desk.text()
    assert "Die Büros von 2 Personen erhalten ein Schreiben mit eigenem Link." in desk.text()
    desk.submit("form:has([name=invitations])")
    desk.follow()
    assert "0 von 5 Schreiben übergeben" in desk.text()


def test_where_all_addresses_send_letters_back_the_preview_says_so(
    desk: PageClient, session: Session, roundtable: Roundtable
) -> None:
    _prepared(session, roundtable, 1, email_bounced_at=AT)
    desk.get(_url(desk, roundtable))
    assert "Schreiben an diese Adressen kommen zurück" in desk.text()


def test_who_cannot_be_written_to_is_marked_and_holds_nobody_up(
    desk: PageClient, session: Session, roundtable: Roundtable
) -> None:
    (bad,) = _prepared(session, roundtable, 1, email="kein\nziel")
    _prepared(session, roundtable, 2)
    desk.get(_url(desk, roundtable))
    assert desk.page.select(f"#to-{bad.id}[disabled]")
    assert "Adresse korrigieren" in desk.text()
    desk.submit("form:has([name=invitations])")
    assert len(_letters(session)) == 2


def test_planned_for_later_sent_at_once_and_stopped(desk: PageClient, session: Session, roundtable: Roundtable) -> None:
    _prepared(session, roundtable)
    desk.get(_url(desk, roundtable))
    for wrong in ("2020-01-01T10:00", "2026-03-29T02:30", "2027-01-01T10:00"):
        desk.submit("form:has([name=invitations])", 422, send_at=wrong)
        assert desk.one("#send_at")["value"] == wrong
        assert len(desk.page.select("[name=invitations][checked]")) == 3
    desk.submit("form:has([name=invitations])", send_at="2026-03-10T08:00")
    desk.follow()
    assert "Geplant für Dienstag, 10. März 2026, 08:00 Uhr" in desk.text()
    assert {letter.send_after.isoformat() for letter in _letters(session)} == {"2026-03-10T07:00:00+00:00"}
    desk.submit("form[action$=send-now]")
    assert {letter.send_after for letter in _letters(session)} == {AT}
    desk.follow()
    (first, *_rest) = _letters(session)
    first.state = "sent"
    desk.submit("#stop form")
    desk.follow()
    assert "2 Schreiben wurden angehalten" in desk.text("body")
    assert "1 von 3 Schreiben waren übergeben" in desk.text()
    assert [letter.state for letter in _letters(session)] == ["sent", "given_up", "given_up"]
    unsent = session.scalars(select(Invitation).where(Invitation.sent_at.is_(None))).all()
    assert len(unsent) == 2
    desk.get(_url(desk, roundtable))
    assert "2 Einladungen senden" in desk.text()
    mailing = session.scalars(select(Mailing)).one()
    desk.post(_url(desk, roundtable, "stop", mailing_id=mailing.id), {})
    desk.follow()
    assert "nichts mehr anzuhalten" in desk.text("body")


def test_a_save_the_date_first_and_the_invitation_later(
    desk: PageClient, session: Session, roundtable: Roundtable
) -> None:
    _prepared(session, roundtable)
    desk.get(desk.url("desk.invitations.index", roundtable_id=roundtable.id))
    assert "3 Terminvormerkungen ansehen und senden" in desk.text()
    desk.get(_url(desk, roundtable, kind="save_the_date"))
    desk.submit("form:has([name=invitations])")
    assert {letter.kind for letter in _letters(session)} == {"save_the_date"}
    # With it the conversation begins.
    assert not any(b"References: " in letter.message for letter in _letters(session))
    first = {letter.message_id for letter in _letters(session)}
    assert {each.thread_id for each in session.scalars(select(Invitation))} == first
    desk.get(_url(desk, roundtable, kind="save_the_date"))
    assert "Nichts zu senden" in desk.text()
    desk.get(_url(desk, roundtable))
    desk.submit("form:has([name=invitations])")
    assert len(_letters(session)) == 6


def test_a_double_click_is_one_mailing(session: Session, roundtable: Roundtable, at: datetime) -> None:
    (invitation,) = _prepared(session, roundtable, 1)
    inviting.send(session, roundtable, [invitation], at=at)
    inviting.send(session, roundtable, [invitation], at=at, again=True)
    assert len(_letters(session)) == 1
    inviting.send(session, roundtable, [invitation], at=at + timedelta(hours=1), again=True)
    assert len(_letters(session)) == 2


def test_the_figures_alone(desk: PageClient, session: Session, roundtable: Roundtable) -> None:
    inviting.send(session, roundtable, _prepared(session, roundtable), at=AT)
    session.flush()
    mailing = session.scalars(select(Mailing)).one()
    desk.get(_url(desk, roundtable, "progress", mailing_id=mailing.id))
    assert desk.answer.json == {
        "done": 0,
        "total": 3,
        "waiting": 3,
        "words": "0 von 3 Schreiben übergeben",
    }
    other = a_roundtable(session, roundtable.series)
    desk.get(_url(desk, other, "show", mailing_id=mailing.id), 404)


def test_three_hundred_recipients_cost_as_many_statements_as_three(
    desk: PageClient, session: Session, roundtable: Roundtable
) -> None:
    _prepared(session, roundtable, 3)
    desk.get(_url(desk, roundtable))
    before = len(desk.statements)
    _prepared(session, roundtable, 297)
    desk.get(_url(desk, roundtable))
    assert len(desk.statements) == before <= 20


def test_whose_letters_come_back_is_seen_and_not_proposed(
    desk: PageClient, session: Session, roundtable: Roundtable
) -> None:
    returned = an_invitation(session, roundtable, a_person(session, roundtable.series.office, email_bounced_at=AT))
    silent = an_invitation(session, roundtable)
    desk.get(_url(desk, roundtable, kind="reminder"))
    ticked = [box["value"] for box in desk.page.select("[name=invitations][checked]")]
    assert ticked == [str(silent.id)]
    assert "Schreiben an diese Adresse kommen zurück" in desk.text("main form")
    assert silent.person.name in desk.text("h2")
    assert "Eine Erinnerung senden" in desk.text("main form")
    desk.submit("form:has([name=invitations])")
    assert [letter.person_id for letter in _letters(session)] == [silent.person_id]
    # Chosen by hand, they are meant.
    desk.get(_url(desk, roundtable, kind="again", only=returned.id))
    assert len(desk.page.select("[name=invitations][checked]")) == 1


def test_the_form_comes_back_with_the_ticks_it_had(desk: PageClient, session: Session, roundtable: Roundtable) -> None:
    one, _two = _prepared(session, roundtable, 2)
    desk.get(_url(desk, roundtable))
    desk.submit("form:has([name=invitations])", 422, send_at="2020-01-01T10:00", invitations=[one.id])
    assert [box["value"] for box in desk.page.select("[name=invitations][checked]")] == [str(one.id)]
    desk.submit("form:has([name=invitations])", 422, send_at="2020-01-01T10:00", invitations=[])
    assert not desk.page.select("[name=invitations][checked]")


PERSONAL = "Liebe Grüße aus dem Urlaub, {name}!\n\nBis {deadline}."


def _type(desk: PageClient, expect: int = 200, **values: Any) -> None:
    """Press the button that shows the letter with the words."""
    desk.one("form:has([name=invitations])")["action"] = desk.one("button[formaction]")["formaction"]
    desk.submit("form:has([name=invitations])", expect, **values)


def test_a_paragraph_for_this_mailing_alone(desk: PageClient, session: Session, roundtable: Roundtable) -> None:
    german, other = _prepared(session, roundtable, 2)
    (english,) = _prepared(session, roundtable, 1, language="en")
    desk.get(_url(desk, roundtable, look_at=german.id))
    _type(desk, words_de=PERSONAL, words_en="See you, {name}.", invitations=[german.id, english.id])
    assert not _letters(session)
    assert f"Liebe Grüße aus dem Urlaub, {german.person.name}!" in desk.text("pre")
    # What was typed and ticked is kept, and the frame shows it too.
    assert desk.one("textarea[name=words_de]").text.strip() == PERSONAL
    ticked = {box["value"] for box in desk.page.select("[name=invitations][checked]")}
    assert ticked == {str(german.id), str(english.id)}
    frame = str(desk.one("iframe")["src"])
    desk.get(frame, checked=False)
    assert "Liebe Grüße aus dem Urlaub" in desk.answer.text
    # Other words than those that were shown are shown first.
    desk.get(_url(desk, roundtable, look_at=german.id))
    desk.submit("form:has([name=invitations])", 200, words_de="Anderes.", words_en="Other.", invitations=[german.id])
    assert "Anderes." in desk.text("pre")
    assert not _letters(session)

    words: dict[str, Any] = {"words_de": PERSONAL, "words_en": "See you, {name}."}
    words |= {"seen_de": PERSONAL, "seen_en": "See you, {name}."}
    desk.submit("form:has([name=invitations])", invitations=[german.id, english.id], **words)
    said = {letter.person_id: outbox.read(letter).text for letter in _letters(session)}
    assert f"Liebe Grüße aus dem Urlaub, {german.person.name}!" in said[german.person_id]
    assert f"See you, {english.person.name}." in said[english.person_id]
    assert "Liebe Grüße" not in said[english.person_id]
    # Above the text, and of this mailing alone.
    assert said[german.person_id].index("Liebe Grüße") < said[german.person_id].index("Wir laden Sie herzlich")
    inviting.send(session, roundtable, [other], at=AT)
    assert "Liebe Grüße" not in outbox.read(_letters(session)[-1]).text
    mailing = session.scalars(select(Mailing).order_by(Mailing.id)).first()
    assert mailing is not None
    desk.get(_url(desk, roundtable, "show", mailing_id=mailing.id))
    assert "Liebe Grüße aus dem Urlaub, {name}!" in desk.text("blockquote")


def test_a_broken_placeholder_in_it_is_refused_and_nothing_lost(
    desk: PageClient, session: Session, roundtable: Roundtable
) -> None:
    _prepared(session, roundtable, 1)
    desk.get(_url(desk, roundtable))
    assert not desk.page.select("textarea[name=words_en]")
    _type(desk, 422, words_de="Hallo {nmae}")
    assert "Meinten Sie „{name}“?" in desk.text("main")
    assert desk.one("textarea[name=words_de]").text.strip() == "Hallo {nmae}"
    desk.submit("form:has([name=invitations])", 422)
    assert not _letters(session)
    desk.get(
        _url(desk, roundtable, "letter", invitation_id=session.scalars(select(Invitation)).one().id, words="{x"), 404
    )


def test_another_letter_is_looked_at_without_losing_anything(
    desk: PageClient, session: Session, roundtable: Roundtable
) -> None:
    first, second = _prepared(session, roundtable, 2)
    desk.get(_url(desk, roundtable))
    url = next(
        str(each["formaction"])
        for each in desk.page.select("button[formaction]")
        if f"look_at={second.id}" in str(each["formaction"]) or f"look_at={first.id}" in str(each["formaction"])
    )
    shown = second if f"look_at={second.id}" in url else first
    values = {"words_de": "Gruß.", "invitations": [first.id], "send_at": "2026-03-10T08:00", "kind": "invitation"}
    desk.post(url, values, expect=200)
    assert shown.person.name in desk.text("h2")
    assert "Gruß." in desk.text("pre")
    assert desk.one("#send_at")["value"] == "2026-03-10T08:00"
    assert len(desk.page.select("[name=invitations][checked]")) == 1


@pytest.mark.parametrize("kind", ["reminder", "save_the_date"])
def test_every_mailing_can_say_it(desk: PageClient, session: Session, roundtable: Roundtable, kind: str) -> None:
    invitation = an_invitation(session, roundtable, sent_at=None if kind == "save_the_date" else AT - timedelta(days=9))
    desk.get(_url(desk, roundtable, kind=kind))
    words: dict[str, Any] = {"words_de": "Wir zählen auf Sie.", "seen_de": "Wir zählen auf Sie."}
    desk.submit("form:has([name=invitations])", invitations=[invitation.id], **words)
    assert [letter.kind for letter in _letters(session)] == [kind]
    assert "Wir zählen auf Sie." in outbox.read(_letters(session)[0]).html


def test_it_stays_when_the_letter_is_written_anew(session: Session, roundtable: Roundtable, at: datetime) -> None:
    prepared = _prepared(session, roundtable, 2)
    later, words = at + timedelta(days=1), Bilingual("Wir zählen auf Sie.", "")
    inviting.send(session, roundtable, prepared, at=at, send_after=later, words=words)
    week = timedelta(days=7)
    moved = {"starts_at": roundtable.starts_at + week, "ends_at": roundtable.ends_at + week}
    planning.reschedule(session, roundtable, because=worded("Streik"), at=at, by=None, answer_until=None, **moved)
    waiting = [letter for letter in _letters(session) if letter.state == "waiting"]
    assert len(waiting) == 2
    assert all("Wir zählen auf Sie." in outbox.read(letter).text for letter in waiting)
    by = an_account(session, roundtable.series.office)
    again = readdressing.correct_and_send(session, waiting[0], "neu@organisation.example", by=by, at=at)
    assert "Wir zählen auf Sie." in outbox.read(again).text
