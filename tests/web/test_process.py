"""What a machine asks: the figures, to allowed addresses only."""

import pytest
from flask import Flask

from roundtable.cli import checks
from tests.mail.relay import relay


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded"])
def test_a_proxy_nobody_told_us_of_shows_no_figures(app: Flask, header: str) -> None:
    client = app.test_client()
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", headers={header: "for=203.0.113.9"}).status_code == 404


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_the_doctor_knocks_as_the_worker_does(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = app.config["ROUNDTABLE"]
    with relay(password="ge:heim@") as (_inbox, url):
        monkeypatch.setattr(settings, "smtp_url", url.replace("//", "//stadt%40lindenau:ge%3Aheim%40@"))
        assert checks._mail(settings) == []
        monkeypatch.setattr(settings, "smtp_url", url.replace("//", "//stadt:falsch@"))
        [said] = checks._mail(settings)
        assert "535" in said
        assert "falsch" not in said
