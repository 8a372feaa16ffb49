"""The whole chain, once, through the pages alone: the published Berlin case in German, a fictional one in English."""

import re
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import icalendar
import pytest
import vobject
import yaml
from playwright.sync_api import Browser, Page

from tests.browser.accessible import assert_accessible
from tests.browser.live import Live
from tests.browser.walk import Walk

CASES = Path(__file__).parents[3] / "shared" / "cases" / "berlin-ki-roundtable"
PASSWORD = "ein langes Kennwort"

ENGLISH: dict[str, Any] = {
    "case": "lindenau-water-roundtable",
    "language": "en",
    "timezone": "Asia/Kolkata",
    "series": {
        "name": "Water Roundtable",
        "purpose": "Keeping the river clean, together.",
        "host": {"name": "Meera Castell", "function": "Commissioner of Lindenau"},
    },
    "roundtable": {
        "number": 1,
        "motto": "One river, one table",
        "date": "2026-10-14",
        "time": "09:30–12:00",
        "venue": "Old Pump House",
        "city": "Lindenau",
    },
    "organisations": [
        {"name": "Lindenau Water Board", "short": "LWB", "sector": "business"},
        {"name": "River Institute", "sector": "science"},
    ],
    "officials": [
        {"name": "Meera Castell", "function": "Commissioner of Lindenau", "role": "host"},
        {"title": "Dr.", "name": "Owen Frisk", "function": "Director of the Water Board", "organisation": "LWB"},
        {"name": "Ada Lume", "function": "Head of Environment", "organisation": "River Institute"},
    ],
    "press_release": {
        "title": "Water Roundtable begins in Lindenau",
        "intro": "The Office of the Commissioner announces:",
        "paragraphs": [
            "The Water Roundtable met for the first time at the Old Pump House.",
            "It agreed to measure the river at five more places & to publish what is found.",
        ],
        "quotes": [
            {
                "attribution": "Commissioner of Lindenau, Meera Castell",
                "text": "A river does not ask who is in charge.",
            },
            {"attribution": "Dr. Owen Frisk, Director of the Water Board", "text": "We will open our figures <now>."},
        ],
        "contact": {
            "office": "Office of the Commissioner",
            "street": "1 Weir Lane",
            "postcode": "560001",
            "city": "Lindenau",
            "phone": "080 555 01",
            "email_label": "E-mail the press desk",
        },
        "social_intro": "Follow us on",
        "social": ["Mastodon", "LinkedIn"],
    },
}


def berlin() -> dict[str, Any]:
    if not CASES.is_dir():
        pytest.skip(f"the published case is not beside this project ({CASES.name})")
    data: dict[str, Any] = yaml.safe_load((CASES / "case.yaml").read_text(encoding="utf-8"))
    return data


@pytest.mark.parametrize("which", ["berlin", "english"])
def test_one_roundtable_through_every_step(which: str, live: Live, browser: Browser, tmp_path: Path) -> None:
    case = berlin() if which == "berlin" else ENGLISH
    lang, release = case["language"], case["press_release"]
    file = tmp_path / "case.yaml"
    file.write_text(yaml.safe_dump(case, allow_unicode=True), encoding="utf-8")
    loaded = live.command("case", "load", str(file))
    slug = re.search(r"/series/([\w-]+)/1/", loaded)[1]  # type: ignore[index]
    for email, name, role in [("ines@desk.example", "Ines P.", "owner"), ("jo@desk.example", "Jo O.", "press_officer")]:
        live.command("organiser", "add", email, "--name", name, "--role", role, "--password", PASSWORD)

    looked: set[str] = set()

    def look(page: Page) -> None:
        """Once at every kind of page: tokens and numbers make no other one."""
        kind = re.sub(r"/(\d+|[\w-]{24,})(?=/|$)", "/*", urlsplit(page.url).path)
        if kind not in looked:
            looked.add(kind)
            assert_accessible(page)

    walk = Walk(browser, live.base, lang, live.letters, look)
    desk = walk.sign_in("ines@desk.example", PASSWORD)
    people = {f"{p.get('title', '')} {p['name']}".strip(): p for p in case["officials"]}
    domain = f"{case['case']}.example"

    def address(name: str) -> str:
        return re.sub(r"[^a-z0-9]+", ".", name.lower()).strip(".") + "@" + domain

    # invitations, answers, a delegate, a decline
    walk.invite_everybody(desk, 1)
    names = [p["name"] for p in case["officials"]]
    for name in names[:-1]:
        walk.answer(walk.link_to(address(name), "i", live.wait), "accepted")
    link = walk.link_to(address(names[-1]), "i", live.wait)
    guest = walk.answer(link, "accepted")
    walk.agree_to_be_photographed(guest)
    others = [
        o for o in case["organisations"] if o.get("short") not in {p.get("organisation") for p in people.values()}
    ]
    if which == "berlin":
        heads = [address(re.sub(r"[^\w]+", ".", o.get("short") or o["name"]).replace("é", "e")) for o in others]
        delegated = walk.answer(
            walk.link_to(heads[0], "i", live.wait), "delegated",
            given_name="Kim", family_name="Vertretung", function="Referentin", email="kim@delegates.example",
        )  # fmt: skip
        assert "Kim Vertretung" in (delegated.text_content("main") or "")
        walk.answer(walk.link_to("kim@delegates.example", "i", live.wait), "accepted")
        walk.answer(walk.link_to(heads[1], "i", live.wait), "declined")

    # agenda and calendars
    for title, minutes in [("One", 30), ("Two & <three>", 45)]:
        walk.add_to_agenda(desk, 1, title, minutes)
    mine = live.fetch(guest.locator("a[href*='calendar.ics']").first.get_attribute("href") or "")
    feed = live.fetch(f"/series/{slug}/calendar.ics")
    for content in (mine, feed):
        event = icalendar.Calendar.from_ical(content).walk("VEVENT")[0]
        starts = event.decoded("DTSTART")
        day = starts if not hasattr(starts, "date") else starts.date()
        assert day == date.fromisoformat(str(case["roundtable"]["date"]))
        assert vobject.readOne(content.decode()).vevent.uid.value == str(event["UID"])
        assert b"ATTENDEE" not in content
        assert b"/i/" not in content

    # the day, the minutes
    walk.take_attendance(desk, 1)
    who = case["organisations"][0].get("short") or case["organisations"][0]["name"]
    second = case["organisations"][1].get("short") or case["organisations"][1]["name"]
    promised = [("First thing to do", who), ("Second thing to do", second)]
    walk.write_minutes(desk, 1, "We go on meeting.", promised)
    walk.confirm(desk, "approve", "/minutes/approve")

    # quotes, released by their speakers
    for quote in release["quotes"]:
        speaker = next(name for name in people if name in quote["attribution"])
        walk.go(desk, f"/{lang}/desk/roundtables/1/quotes")
        value = desk.locator("select[name=person] option").filter(has_text=people[speaker]["name"]).first
        fields = {"person": value.get_attribute("value") or "", "language": lang, "text": quote["text"]}
        walk.press(desk, "form[action$='/quotes'] button[type=submit]", **fields)
    desk.click("a[href*='/quotes/ask']")
    walk.press(desk, "form[action$='/quotes/ask'] button[type=submit]")
    for quote in release["quotes"]:
        speaker = next(people[name]["name"] for name in people if name in quote["attribution"])
        page = walk.person()
        page.goto(walk.link_to(address(speaker), "quote", live.wait))
        walk.look(page)
        walk.press(page, "#release button[type=submit], form[action$='/release'] button[type=submit]")

    # the release: written by one, approved by a second, published
    press = walk.sign_in("jo@desk.example", PASSWORD)
    place = f"/{lang}/desk/roundtables/1/release/{lang}"
    walk.go(press, place)
    walk.press(press, "form[action$='/begin'] button[type=submit]")
    walk.go(press, place + "/edit")
    walk.press(
        press,
        "form[action$='/edit'] button[type=submit]",
        title=release["title"],
        body="\n\n".join(release["paragraphs"]),
    )
    assert press.locator("form[action$='/approve']").count() == 0
    walk.go(desk, place)
    walk.press(desk, "form[action$='/approve'] button[type=submit]")
    walk.go(press, place)
    walk.press(press, "form[action$='/publish'] button[type=submit]")
    public = walk.person()
    walk.go(public, f"/{lang}/press/")
    public.click("main a[href*='/press/20']")
    walk.look(public)
    text = " ".join((public.locator("article").first.text_content() or "").split())
    if which == "berlin":
        assert text == " ".join((CASES / "press-release.txt").read_text(encoding="utf-8").split())
    for words in [
        release["title"],
        *release["paragraphs"],
        *(f"“{q['text']}”" for q in release["quotes"] if lang == "en"),
    ]:
        assert words in text
    assert public.locator("article a[href='#contact']").count() == 1
    assert live.fetch(public.url.rstrip("/") + ".pdf").startswith(b"%PDF-")
    assert release["title"].encode() in live.fetch(public.url.rstrip("/") + ".txt")

    # and on to the next
    walk.go(desk, f"/{lang}/desk/series/1/roundtables/new")
    walk.press(
        desk, "form[action$='/roundtables/new'] button[type=submit]", day="2027-02-10", begins="10:00", ends="12:00"
    )
    walk.go(desk, f"/{lang}/desk/roundtables/2/agenda/")
    agenda = desk.text_content("main") or ""
    assert agenda.index("Genehmigung" if lang == "de" else "Approval") < agenda.index("First thing to do")
    assert all(text in agenda for text, _ in promised)
    assert len(looked) > 15, sorted(looked)
