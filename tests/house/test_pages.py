"""Every page there is, over things of every kind: valid, read only, and as cheap with thirty things as with two."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.house.everything import Everything
from tests.pages import PageClient

WRITES = ("INSERT", "UPDATE", "DELETE")
# A letter is shown as the mail program gets it: styles inline.
NOT_OURS = {
    "desk.letters.part",
    "desk.mailbox.part",
    "desk.mailings.letter",
    "desk.polls.letter",
    "desk.wordings.letter",
}
# The first asks for a database that migrations made; the others send us elsewhere.
NOT_200 = {"process.can_serve": (503,), "languages.best": (302,), "desk.sign_in.form": (302,)}


def most(page: str) -> int:
    """How many statements a page may cost, by who asks for it and how often."""
    if page.startswith("public"):
        return 6
    return 12 if page.startswith(("guest", "desk.roundtables.show")) else 20


def pages(app: Flask, everything: Everything, *languages: str) -> Iterator[tuple[str, dict[str, object]]]:
    rules = (rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()))
    for _, endpoint, values in everything.addresses(rules, languages):
        yield endpoint, values


def test_every_page_is_a_good_page_and_looking_writes_nothing(
    app: Flask, client: PageClient, everything: Everything
) -> None:
    client.sign_in(everything.owner)
    wrong = []
    for endpoint, values in pages(app, everything, "de", "en"):
        url = client.url(endpoint, **values)
        try:
            client.get(url, expect=NOT_200.get(endpoint, (200, 302, 303)), checked=endpoint not in NOT_OURS)
        except AssertionError as error:
            wrong.append(f"{endpoint} {error}")
        if client.answer.mimetype == "text/html" and endpoint != "desk.components.show":
            first = client.page.select("main .kern-btn--primary:not(.rt-confirm__body *)")
            wrong += [f"{endpoint}: one deed comes first, not {len(first)}"] if len(first) > 1 else []
        wrong += [f"{endpoint} wrote: {sql}" for sql in client.statements if sql.startswith(WRITES)]
    assert not wrong, "\n\n".join(wrong)


# What is asked is the same of either, and asking it of every page takes long.
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_thirty_things_cost_no_more_statements_than_two(app: Flask, client: PageClient, everything: Everything) -> None:
    client.sign_in(everything.owner)
    addresses = [(endpoint, client.url(endpoint, **values)) for endpoint, values in pages(app, everything, "de")]

    def statements() -> dict[str, int]:
        counted = {}
        for endpoint, url in addresses:
            client.knock("GET", url)
            counted[f"{endpoint} {url}"] = len(client.statements)
        return counted

    few = statements()
    everything.more(28)
    many = statements()
    dearer = [f"{page}: {few[page]} with two, {many[page]} with thirty" for page in few if many[page] > few[page]]
    assert not dearer, "\n".join(dearer)
    dear = [f"{page}: {cost}" for page, cost in many.items() if cost > most(page)]
    assert not dear, "\n".join(dear)
