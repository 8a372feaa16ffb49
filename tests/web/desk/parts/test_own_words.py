"""Reasons in two languages: the forms that ask for them, and the pages that show them."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from roundtable.db import Bilingual
from roundtable.domain.roundtables.roundtables import Roundtable
from roundtable.mail.outbox.mailings import Mailing
from tests.factories import a_person, a_roundtable, a_token, an_account, an_invitation
from tests.pages import PageClient

GIVEN: dict[str, Any] = {"because_de": "Die Bahn streikt.", "because_en": "The trains are on strike."}
FORMS = ("desk.roundtables.reschedule_form", "desk.roundtables.cancel_form")


@pytest.fixture
def roundtable(session: Session, client: PageClient, at: datetime) -> Roundtable:
    roundtable = a_roundtable(session, public_since=at)
    roundtable.series.public_since = at
    for language in ("de", "en"):
        an_invitation(session, roundtable, a_person(session, roundtable.series.office, language=language))
    client.sign_in(an_account(session, roundtable.series.office))
    return roundtable


@pytest.mark.parametrize("endpoint", FORMS)
def test_a_reason_is_needed_in_one_language_and_what_was_typed_stays(
    client: PageClient, roundtable: Roundtable, endpoint: str
) -> None:
    client.get(client.url(endpoint, roundtable_id=roundtable.id))
    client.submit("main form", 422, because_de=" ", because_en="")
    assert client.texts("main .rt-field .kern-error") == [
        "Fehler: Bitte geben Sie den Grund auf Deutsch, auf Englisch oder in beiden Sprachen an."
    ]
    typed: dict[str, Any] = {"because_de": "x" * 20_001, "because_en": "Because.\nReally."}
    client.submit("main form", 422, **typed)
    assert client.one("[name=because_en]").text.strip() == "Because.\nReally."
    client.submit("main form", 200, because_de="", because_en="Because.", preview="1")
    assert [label.text for label in client.page.select("main label .kern-label__optional")] == (
        ["(freiwillig)"] if "reschedule" in endpoint else []
    )


@pytest.mark.parametrize("endpoint", FORMS)
def test_one_letter_in_each_language_is_shown_first(client: PageClient, roundtable: Roundtable, endpoint: str) -> None:
    client.get(client.url(endpoint, roundtable_id=roundtable.id))
    moved = {"day": "2026-04-02", "begins": "10:00", "ends": "12:00"} if "reschedule" in endpoint else {}
    client.submit("main form", 200, **moved, **GIVEN, preview="1")
    german, english = client.texts(".rt-letter-text")
    assert ("Der Grund: Die Bahn streikt." in german, "strike" in german) == (True, False)
    assert ("The reason: The trains are on strike." in english, "streikt" in english) == (True, False)


def test_every_page_says_it_in_its_language(client: PageClient, session: Session, roundtable: Roundtable) -> None:
    client.get(client.url("desk.roundtables.cancel_form", roundtable_id=roundtable.id))
    client.submit("main form", 200, **GIVEN)
    client.submit("main form")
    session.refresh(roundtable)
    assert roundtable.cancelled_because == Bilingual(*GIVEN.values())
    token = a_token(session, invitation=session.scalars(select(Roundtable)).one().invitations[0])
    session.commit()
    mailing = session.scalars(select(Mailing)).one()
    public = {"slug": roundtable.series.slug, "number": roundtable.number}
    for endpoint, values in (
        ("desk.roundtables.show", {"roundtable_id": roundtable.id}),
        ("public.roundtables.show", public),
        ("guest.invitation.show", {"token": token}),
    ):
        for lang, here, elsewhere in (("de", "streikt", "strike"), ("en", "strike", "streikt")):
            client.get(client.url(endpoint, lang=lang, **values))
            assert (here in client.text("main"), elsewhere in client.text("main")) == (True, False)
    client.get(client.url("desk.mailings.show", roundtable_id=roundtable.id, mailing_id=mailing.id))
    assert client.texts("blockquote") == list(GIVEN.values())


def test_words_seen_in_one_language_have_not_been_seen_in_the_other(
    client: PageClient, session: Session, roundtable: Roundtable
) -> None:
    client.get(client.url("desk.roundtables.edit", roundtable_id=roundtable.id))
    client.submit(venue="Speicher 4")
    client.follow()
    tell = client.url("desk.telling.tell", roundtable_id=roundtable.id)
    typed = {"words_de": "Wird saniert.", "seen_de": "Wird saniert.", "words_en": "Under repair.\r\nSorry."}
    client.post(tell, typed, expect=200)
    assert "Under repair." in client.texts("pre")[1]
    client.post(tell, {**typed, "seen_en": "Under repair.\r\nSorry."})
    words = session.scalars(select(Mailing)).one().words
    assert words == Bilingual("Wird saniert.", "Under repair.\nSorry.")
