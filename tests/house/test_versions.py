"""Whoever saves second is shown what the first wrote, and keeps the own text (rule 28): on every form that edits."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from roundtable.db import Bilingual
from roundtable.domain.people.people import Rank
from roundtable.domain.press.quotes import Quote
from tests.factories import both
from tests.house.everything import Everything
from tests.pages import PageClient


def test_every_form_that_edits_carries_its_version(app: Flask, client: PageClient, everything: Everything) -> None:
    client.sign_in(everything.owner)
    rules = (rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("desk."))
    edits = [(endpoint, values) for _, endpoint, values in everything.addresses(rules) if endpoint.endswith(".edit")]
    assert edits
    without = []
    for endpoint, values in edits:
        page = client.get(client.url(endpoint, **values), expect=(200, 302, 303, 404))
        fields = page.select("main form[method=post] textarea, main form[method=post] input[type=text]")
        if fields and not page.select("main form input[type=hidden][name$=version][value]"):
            without.append(endpoint)
    assert not without


@pytest.mark.parametrize("what", ["series", "quote", "rank"])
def test_the_second_who_saves_is_shown_what_the_first_wrote(
    session: Session, client: PageClient, everything: Everything, what: str
) -> None:
    quote = session.query(Quote).filter_by(roundtable=everything.held, language="de").first()
    rank = session.query(Rank).first()
    assert quote is not None
    assert rank is not None
    pages = {
        "series": client.url("desk.series.edit", series_id=everything.series.id),
        "quote": client.url("desk.quotes.edit", roundtable_id=everything.held.id, quote_id=quote.id),
        "rank": client.url("desk.ranks.edit", rank_id=rank.id),
    }
    client.sign_in(everything.owner)
    client.get(pages[what])
    released_at = quote.released_at
    everything.series.purpose, rank.name = both("Was die andere schrieb", "What she wrote"), Bilingual("Andere", "")
    quote.attribution = "Was die andere schrieb"
    field = {"series": "purpose_de", "quote": "text", "rank": "name_de"}[what]
    client.submit("main form.rt-form", 409, **{field: "Mein eigener Text"})
    assert "Jemand anderes hat dies inzwischen geändert" in client.text()
    kept = client.one(f"main [name={field}]")
    assert "Mein eigener Text" in (kept.get("value") or kept.get_text())
    session.expire_all()
    assert (quote.text, quote.released_at) == ("Wärme ist Gemeinschaftssache.", released_at)
    client.submit("main form.rt-form", 303, **{field: "Mein eigener Text"})
