"""Wording letters at the desk: written, looked at, refused at the field, saved, fought over, taken back."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from roundtable.actions.guests import inviting
from roundtable.db import Bilingual
from roundtable.domain.letter_kinds import WORDED, LetterKind
from roundtable.domain.series import wordings
from roundtable.domain.series.series import Series
from roundtable.domain.series.wordings import LetterWording
from roundtable.mail.outbox import outbox
from roundtable.mail.outbox.outbox import Letter
from tests.factories import AT, a_member, a_person, a_roundtable, a_series, an_account, an_invitation, an_office, both
from tests.pages import PageClient


@pytest.fixture
def series(session: Session) -> Series:
    return a_series(session, an_office(session))


@pytest.fixture
def desk(client: PageClient, session: Session, series: Series) -> PageClient:
    client.sign_in(an_account(session, series.office))
    return client


def _url(desk: PageClient, series: Series, page: str = "edit", kind: str = "invitation", **values: str) -> str:
    return desk.url(f"desk.wordings.{page}", series_id=series.id, kind=kind, **values)


def _saved(session: Session, series: Series, kind: LetterKind = "invitation") -> Bilingual:
    session.refresh(series)
    return wordings.wording_of(series, kind)


def test_words_are_saved_and_all_letters_say_them(desk: PageClient, session: Session, series: Series) -> None:
    roundtable = a_roundtable(session, series)
    invited = [an_invitation(session, roundtable, sent_at=None) for _ in range(3)]
    desk.get(_url(desk, series))
    desk.submit("main form[method=post]", text_de="Kommen Sie, {name}!", text_en="Come, {name}!")
    desk.follow()
    assert "mit Ihrem Text in beiden Sprachen" in desk.text()
    desk.get(desk.url("desk.mailings.preview", roundtable_id=roundtable.id))
    assert any(f"Kommen Sie, {each.person.name}!" in desk.text() for each in invited)

    inviting.send(session, roundtable, invited, at=AT)
    written = {letter.person_id: outbox.read(letter).text for letter in session.scalars(select(Letter))}
    assert [f"Kommen Sie, {each.person.name}!" in written[each.person_id] for each in invited] == [True] * 3


def test_a_mailing_reads_the_words_once(desk: PageClient, session: Session, series: Series) -> None:
    roundtable = a_roundtable(session, series)
    for _ in range(5):
        an_invitation(session, roundtable, sent_at=None)
    desk.get(desk.url("desk.mailings.preview", roundtable_id=roundtable.id))
    desk.submit("form:has([name=invitations])")
    assert sum("FROM letter_wordings" in sql for sql in desk.statements) == 1


def test_a_broken_placeholder_is_refused_at_its_field(desk: PageClient, session: Session, series: Series) -> None:
    desk.get(_url(desk, series))
    desk.submit(expect=422, text_de="Liebe {nmae}", text_en="Fine.")
    assert "Meinten Sie „{name}“?" in desk.text("#text_de-error")
    assert desk.one("#text_de").text.strip() == "Liebe {nmae}"
    assert desk.one("#text_en").text.strip() == "Fine."
    assert not desk.page.select("#text_en-error")
    assert not _saved(session, series)
    desk.submit(expect=422, text_de="", text_en="a { b")
    assert "steht eine geschweifte Klammer allein" in desk.text("#text_en-error")


def test_the_second_of_two_is_shown_what_the_first_wrote(desk: PageClient, session: Session, series: Series) -> None:
    desk.get(_url(desk, series))
    wordings.word(series, "invitation", both("Von anderer Hand."))
    desk.submit(expect=409, text_de="Von mir.")
    assert "Von anderer Hand." in desk.text(".rt-others")
    assert desk.one("#text_de").text.strip() == "Von mir."
    assert _saved(session, series).de == "Von anderer Hand."
    desk.submit(text_de="Von mir.")
    assert _saved(session, series).de == "Von mir."


def test_trying_out_saves_nothing(desk: PageClient, session: Session, series: Series) -> None:
    person = a_person(session, series.office, given_name="Ada", family_name="Lindner")
    a_member(session, series, person)
    for kind in WORDED:
        for language in ("de", "en"):
            url = _url(desk, series, "try_out", kind, reading=language)
            data = {"text_de": "Probe für {name}", "text_en": "Trial for {name} {", "reader": person.id}
            if language == "en":
                desk.post(url, data, expect=422, checked=False)
                assert "Klammer" in desk.answer.text
                data["text_en"] = "Trial for {name}"
            desk.post(url, data, expect=200, checked=False)
            assert ("Probe für Ada Lindner" if language == "de" else "Trial for Ada Lindner") in desk.answer.text
            assert "sandbox" in desk.answer.headers["Content-Security-Policy"]
    assert session.scalar(select(func.count(LetterWording.kind))) == 0
    assert series.roundtables == []


def test_a_reader_of_another_office_stays_unknown(desk: PageClient, session: Session, series: Series) -> None:
    stranger = a_person(session, an_office(session), family_name="Geheim")
    data = {"text_de": "Für {name}", "reader": stranger.id}
    desk.post(_url(desk, series, "try_out", reading="de"), data, expect=200, checked=False)
    assert "Geheim" not in desk.answer.text


def test_back_to_our_words(desk: PageClient, session: Session, series: Series) -> None:
    wordings.word(series, "poll", both("Wann passt es?"))
    desk.get(_url(desk, series, kind="poll"))
    desk.submit("#back form")
    assert not _saved(session, series, "poll")
    desk.get(_url(desk, series, kind="poll"))
    assert not desk.page.select("#back")


def test_the_frame_shows_what_is_saved_with_the_next_roundtable(
    desk: PageClient, session: Session, series: Series
) -> None:
    a_roundtable(session, series, motto=both("Warm durch den Winter"))
    wordings.word(series, "invitation", both("Motto: {motto}"))
    desk.get(_url(desk, series, "letter", reading="de"), checked=False)
    assert "Motto: Warm durch den Winter" in desk.answer.text
    assert "1. April 2026" in desk.answer.text


def test_who_may_not_plan_and_what_is_no_letter(client: PageClient, session: Session, series: Series) -> None:
    client.sign_in(an_account(session, series.office, "viewer"))
    assert client.knock("GET", _url(client, series)) == 403
    assert client.knock("POST", _url(client, series, "save")) == 403
    client.sign_in(an_account(session, series.office))
    assert client.knock("GET", _url(client, series, kind="digest")) == 404
