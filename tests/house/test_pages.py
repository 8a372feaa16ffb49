"""Every page there is, over things of every kind: valid, read only, and as cheap with thirty things as with one."""

from collections.abc import Iterator

from flask import Flask
from werkzeug.routing import Rule

from tests.house.everything import Everything
from tests.pages import PageClient

WRITES = ("INSERT", "UPDATE", "DELETE")
# A letter is shown as the mail program gets it: styles inline.
NOT_OURS = {"desk.letters.part"}


def pages(app: Flask) -> Iterator[Rule]:
    return (rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()))


def costs(app: Flask, client: PageClient, everything: Everything) -> dict[str, int]:
    """Statements of each address; on the way every page is checked, and that it wrote nothing."""
    counted = {}
    for _, endpoint, values in everything.addresses(pages(app)):
        if endpoint == "desk.sign_in.form":
            continue
        url = client.url(endpoint, **values)
        expect = EXPECTED.get(endpoint, (200, 303))
        client.get(url, expect=expect, checked=endpoint not in NOT_OURS)
        wrote = [sql for sql in client.statements if sql.startswith(WRITES)]
        assert not wrote, f"looking at {url} wrote: {wrote}"
        counted[client.url(endpoint, **{**values, **({"token": "…"} if "token" in values else {})})] = len(client.statements)
    return counted


# The process pages answer for a database that migrations made.
EXPECTED: dict[str, tuple[int, ...]] = {"process.can_serve": (503,), "languages.best": (302,)}


def test_every_page_is_good_and_wrote_nothing_and_does_not_cost_more_with_more_on_it(
    app: Flask, client: PageClient, everything: Everything
) -> None:
    client.sign_in(everything.owner)
    few = costs(app, client, everything)
    everything.more(29)
    many = costs(app, client, everything)
    dearer = {url: (few[url], many[url]) for url in few if many[url] > few[url]}
    assert not dearer, f"pages that query for each thing on them (with 1, with 30): {dearer}"
    assert max(many.values()) <= 20, {url: cost for url, cost in many.items() if cost > 20}
