"""Three roundtables on the digital city: published, just held, coming with a waiting list."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from roundtable.actions.guests import accompanying, answering
from roundtable.actions.press import publishing, quoting
from roundtable.actions.record import minuting
from roundtable.db import Bilingual
from roundtable.demo.season import Season, promise, report
from roundtable.domain.guests.needs import state_needs
from roundtable.domain.roundtables.roundtables import Roundtable


def first(season: Season) -> None:
    """Held, minuted, approved, published in German and English."""
    session, (owner, press, taker) = season.session, season.accounts
    roundtable = season.plan(
        season.digital,
        -96,
        Bilingual("Welche Dienste sollen zuerst digital werden?", "Which services go digital first?"),
    )
    roundtable.public_since = roundtable.starts_at - timedelta(days=40)
    services = season.topic(roundtable, Bilingual("Dienste der Stadt", "City services"), "Asante", 40)
    skills = season.topic(roundtable, Bilingual("Fachkräfte", "Skilled people"), "Thomsen", 40)
    invitations = season.invite(roundtable, at=roundtable.starts_at - timedelta(days=38))
    coming = "Lindqvist Yıldız Asante Thomsen Rahmani Montes Ehlers Lorenzen Adeyemi Harms"
    declining = {"Kruse": "Leider im Urlaub.", "Petersen": "Terminüberschneidung"}
    season.answer(invitations, coming, declining, at=roundtable.starts_at - timedelta(days=30))
    answering.delegate(
        session,
        invitations["Tanabe"],
        given_name="Felix",
        family_name="Börnsen",
        function="Gruppenleiter Sprachsysteme",
        email=season.people["Börnsen"].email,
        at=roundtable.starts_at - timedelta(days=20),
    )
    day = roundtable.ends_at
    minutes = minuting.take_attendance(session, roundtable, {}, at=day)
    minuting.write_note(
        session,
        minutes,
        services,
        "Der Digitalbeauftragte stellt zwölf Dienste zur Wahl. Drei werden vorgezogen.",
        version=1,
    )
    minuting.decide(
        session,
        minutes,
        services,
        "Meldebescheinigung, Bewohnerparken und Bauvoranfrage werden zuerst digital.",
        is_public=True,
        at=day,
        by=taker,
    )
    promise(season, minutes, services, "Prototyp für das Bewohnerparken vorstellen", "Harms", due=-20)
    promise(season, minutes, skills, "Stipendien für zehn Quereinsteigende ausschreiben", "Thomsen", due=60)
    minuting.approve(session, minutes, at=day + timedelta(days=6), by=owner)
    report(season, minutes.roundtable, "done", "Der Prototyp lief im Bürgeramt Mitte.", at=day + timedelta(days=70))
    words = {
        "de": {
            "Lindqvist": "Gute Verwaltung bemerkt man kaum. Daran arbeiten wir von heute an gemeinsam.",
            "Thomsen": "Unsere Betriebe brauchen Bescheide in Tagen, nicht in Wochen. Der Anfang ist gemacht.",
        },
        "en": {
            "Lindqvist": "You can tell good administration by hardly noticing it. From today we work on that together.",
            "Thomsen": "Our companies need permits within days, not weeks. A start has been made.",
        },
    }
    for language, said in words.items():
        for name, text in said.items():
            quote = quoting.write_quote(
                session, roundtable, season.people[name], language=language, text=text, at=day, by=press
            )
            quoting.ask_for_release(session, quote, at=day)
            quote.release(at=day + timedelta(hours=1))
        release = publishing.begin(session, roundtable, language, at=day, by=press)
        session.flush()
        publishing.approve(session, release, at=day + timedelta(hours=2), by=owner)
        publishing.publish(session, release, at=day + timedelta(hours=2), by=press)


def second(season: Season) -> Roundtable:
    """Held last week: minutes are open, one of two quotes waits for its speaker."""
    session, (_owner, press, _taker) = season.session, season.accounts
    roundtable = season.plan(
        season.digital,
        -8,
        Bilingual("Wie teilen wir Daten, ohne Vertrauen zu verlieren?", "How do we share data and keep trust?"),
    )
    roundtable.public_since = roundtable.starts_at - timedelta(days=30)
    rooms = season.topic(roundtable, Bilingual("Datenräume im Alltag", "Data spaces in daily use"), "Tanabe", 45)
    season.topic(roundtable, Bilingual("Bericht aus der Bibliothek", "Report from the library"), "Adeyemi", 20)
    invitations = season.invite(roundtable, at=roundtable.starts_at - timedelta(days=30))
    coming = "Lindqvist Asante Thomsen Rahmani Tanabe Montes Sandleben Lorenzen Adeyemi Vermeer Harms O’Connor"
    season.answer(
        invitations,
        coming,
        {"Yıldız": "Sitzung der Bürgerschaft", "Ehlers": "Dienstreise"},
        at=roundtable.starts_at - timedelta(days=22),
    )
    minutes = minuting.take_attendance(session, roundtable, {}, at=roundtable.ends_at)
    minuting.write_note(session, minutes, rooms, "Das Institut zeigt, wie Pegeldaten geteilt werden.", version=1)
    promise(season, minutes, rooms, "Muster für eine Datenvereinbarung entwerfen", "Tanabe", due=45)
    for name, text in {
        "Lindqvist": "Daten zu teilen ist eine Frage des Vertrauens. Vertrauen entsteht an einem Tisch.",
        "Tanabe": "Forschung braucht Daten aus dem Alltag, und der Alltag braucht Regeln, die jeder versteht.",
    }.items():
        quote = quoting.write_quote(
            session, roundtable, season.people[name], language="de", text=text, at=roundtable.ends_at, by=press
        )
        quoting.ask_for_release(session, quote, at=roundtable.ends_at)
        if name == "Lindqvist":
            quote.release(at=roundtable.ends_at + timedelta(hours=3))
    return roundtable


def third(season: Season) -> Roundtable:
    """Coming in three weeks: more people want to come than there are seats."""
    roundtable = season.plan(
        season.digital,
        21,
        Bilingual("Was darf ein Assistent im Amt entscheiden?", "What may an assistant decide in an office?"),
    )
    roundtable.seats = 9
    roundtable.public_since = season.at - timedelta(days=12)
    roundtable.answer_until = roundtable.starts_at - timedelta(days=3)
    roundtable.access_notes = Bilingual(
        "Stufenloser Eingang am Kai, Aufzug links. Induktive Höranlage im Saal.",
        "Step-free entrance from the quay, lift on the left. Hearing loop in the hall.",
    )
    season.topic(roundtable, Bilingual("Assistenten im Bürgeramt", "Assistants at the citizens' office"), "Asante", 40)
    season.topic(roundtable, Bilingual("Haftung und Aufsicht", "Liability and oversight"), "Kruse", 30)
    invitations = season.invite(roundtable, at=season.day(-10, 10))
    coming = "Lindqvist Asante Thomsen Rahmani Tanabe Montes Sandleben Harms Vermeer Adeyemi"
    season.answer(invitations, coming, {"Petersen": "Aufsichtsratssitzung"}, at=season.at - timedelta(hours=20))
    session, said_at = season.session, season.at - timedelta(hours=15)
    colleague = season.people["Hagedorn"]
    accompanying.bring(
        session,
        invitations["Thomsen"],
        given_name=colleague.given_name,
        family_name=colleague.family_name,
        function=colleague.function.de,
        email=colleague.email,
        at=said_at,
    )
    nothing: dict[str, Any] = dict(diet="", diet_note="", access=(), access_note="", interpretation="")
    wishes: dict[str, dict[str, Any]] = {
        "Sandleben": {"access": ("wheelchair",)},
        "Harms": {"diet": "vegan"},
        "Tanabe": {"diet": "gluten_free", "interpretation": "english"},
        "Asante": {"diet": "vegetarian", "diet_note": "keine Erdnüsse"},
    }
    for name, wish in wishes.items():
        state_needs(session, invitations[name], at=said_at, **{**nothing, **wish})
    return roundtable
