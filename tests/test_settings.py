"""What we refuse to start without, in words that name the variable and the cure."""

from pathlib import Path

import pytest

from roundtable.settings import DEMO_SECRET_KEY, SettingsRefused, load_settings

GOOD = {"ROUNDTABLE_SECRET_KEY": "k" * 40, "ROUNDTABLE_BASE_URL": "https://roundtable.example.org"}


def given(monkeypatch: pytest.MonkeyPatch, folder: Path, **values: str) -> None:
    monkeypatch.chdir(folder)
    for name, value in {**GOOD, "ROUNDTABLE_DATA": str(folder), **values}.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ROUNDTABLE_SECRET_KEY", "short", "shorter than 32"),
        ("ROUNDTABLE_SECRET_KEY", DEMO_SECRET_KEY, "everybody knows"),
        ("ROUNDTABLE_BASE_URL", "not an address", "for example https://"),
        ("ROUNDTABLE_DATABASE_URL", "mysql://x", "postgresql+psycopg://"),
        ("ROUNDTABLE_SMTP_URL", "http://mail", "smtps://"),
        ("ROUNDTABLE_SMTP_URL", "smtp://mail.example:mail", "no number"),
        ("ROUNDTABLE_IMAP_URL", "pop3://a:b@mail.example", "imaps://"),
        ("ROUNDTABLE_IMAP_URL", "imaps://mail.example/INBOX", "no user"),
        ("ROUNDTABLE_IMAP_URL", "imaps://a:b@mail.example:imap/INBOX", "no number"),
        ("ROUNDTABLE_IMAP_URL", "imap://a:b@mail.example/INBOX", "unencrypted"),
        ("ROUNDTABLE_TRUSTED_PROXIES", "many", "usually 1"),
    ],
)
def test_a_wrong_setting_is_named_with_its_cure(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str, said: str
) -> None:
    given(monkeypatch, tmp_path, **{name: value})
    with pytest.raises(SettingsRefused) as refused:
        load_settings()
    assert str(refused.value).startswith(f"{name}: ")
    assert said in str(refused.value)


def test_every_missing_setting_is_named_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given(monkeypatch, tmp_path)
    for name in (*GOOD, "ROUNDTABLE_DATA"):
        monkeypatch.delenv(name)
    with pytest.raises(SettingsRefused) as refused:
        load_settings()
    lines = str(refused.value).splitlines()
    assert [line.partition(":")[0] for line in lines] == [*GOOD, "ROUNDTABLE_DATA"]


def test_the_default_is_sqlite_in_the_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given(monkeypatch, tmp_path, ROUNDTABLE_METRICS_FROM="10.0.0.1, 10.0.0.2")
    settings = load_settings()
    assert settings.database_url == f"sqlite:///{tmp_path}/roundtable.sqlite3"
    assert settings.metrics_from == ("10.0.0.1", "10.0.0.2")
