"""Every setting, its default, and what we refuse to start without."""

from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import Field, HttpUrl, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

# The demo signed with it once; everybody knows it.
DEMO_SECRET_KEY = "demo-only-never-serve-anything-else-with-this-key"  # noqa: S105 - refused below

THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


class SettingsRefused(Exception):
    """The sentence names the variable and the cure."""


class Settings(BaseSettings):
    """Read from ``ROUNDTABLE_*`` environment variables and ``.env``."""

    model_config = SettingsConfigDict(env_prefix="ROUNDTABLE_", env_file=".env", extra="ignore")

    secret_key: str
    base_url: HttpUrl
    data: Path
    database_url: str = ""
    smtp_url: str = ""
    # The mailbox of the offices' reply addresses, and whether a mail server hands its messages to "mail receive".
    imap_url: str = ""
    replies_are_piped: bool = False
    # The name under which our own mail server says who a message is from (RFC 8601 2.5).
    authserv_id: str = ""
    # For all workers together; 0: as fast as the mail server takes them.
    letters_per_minute: int = Field(default=0, ge=0, le=60_000)
    metrics_from: Annotated[tuple[str, ...], NoDecode] = ("127.0.0.1", "::1")
    # How many proxies in front of us set X-Forwarded-For, -Proto and -Host.
    trusted_proxies: int = Field(default=0, ge=0, le=5)
    is_demo: bool = Field(default=False, validation_alias="ROUNDTABLE_DEMO")

    @field_validator("metrics_from", mode="before")
    @classmethod
    def _addresses(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _refuse_what_is_unsafe(self) -> Self:
        if self.secret_key == DEMO_SECRET_KEY:
            raise ValueError("SECRET_KEY is one that everybody knows")
        if len(self.secret_key) < 32:
            raise ValueError("SECRET_KEY is shorter than 32 characters")
        if self.smtp_url and urlsplit(self.smtp_url).scheme not in ("smtp", "smtps", "smtp+starttls"):
            raise ValueError("SMTP_URL must start with smtp://, smtps:// or smtp+starttls://")
        if not _has_good_port(self.smtp_url):
            raise ValueError("SMTP_URL names a port that is no number from 1 to 65535")
        if self.imap_url and urlsplit(self.imap_url).scheme not in ("imap", "imaps", "imap+starttls"):
            raise ValueError("IMAP_URL must start with imaps:// or imap+starttls://")
        if not _has_good_port(self.imap_url):
            raise ValueError("IMAP_URL names a port that is no number from 1 to 65535")
        if self.imap_url and not (urlsplit(self.imap_url).hostname and urlsplit(self.imap_url).username):
            raise ValueError("IMAP_URL names no host or no user")
        if self.imap_url.startswith("imap://") and urlsplit(self.imap_url).hostname not in THIS_MACHINE:
            raise ValueError("IMAP_URL would send the password unencrypted: only this machine may be read by imap://")
        if not self.database_url:
            self.database_url = f"sqlite:///{self.data.absolute() / 'roundtable.sqlite3'}"
        if not self.database_url.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("DATABASE_URL must start with sqlite:/// or postgresql+psycopg://")
        return self

    @property
    def host(self) -> str:
        """The host name that Message-IDs and calendar UIDs are made under."""
        return self.base_url.host or "localhost"

    @property
    def origin(self) -> str:
        """Scheme, host and port without a trailing slash, to put before a path."""
        return str(self.base_url).rstrip("/")

    @property
    def reads_replies(self) -> bool:
        """Whether answers by calendar reach us: only then are they asked for (rule 11). The demo shows what is sent."""
        return bool(self.imap_url) or self.replies_are_piped or self.is_demo

    @property
    def is_https(self) -> bool:
        return self.base_url.scheme == "https"


def _has_good_port(url: str) -> bool:
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


CURES = {
    "SECRET_KEY": 'Make one with: python3 -c "import secrets; print(secrets.token_urlsafe(48))"',
    "BASE_URL": "Set it to the address people see, for example https://roundtable.example.org",
    "DATA": "Set it to a folder that only this program writes to, for example /var/lib/roundtable",
    "DATABASE_URL": "Leave it out for SQLite in ROUNDTABLE_DATA, or use postgresql+psycopg://user:password@host/name",
    "SMTP_URL": "For example smtp+starttls://user:password@mail.example.org:587",
    "IMAP_URL": "For example imaps://user:password@mail.example.org:993/INBOX",
    "LETTERS_PER_MINUTE": "Set it to how many letters your mail server allows in a minute, or leave it out",
    "TRUSTED_PROXIES": "Set it to the number of reverse proxies in front of this program, usually 1",
}


def load_settings(**overrides: object) -> Settings:
    """Settings from the environment.

    Raises:
        SettingsRefused: one line per wrong variable: its name, what is wrong, what to do.
    """
    try:
        return Settings(**overrides)  # type: ignore[arg-type]  # pydantic checks them
    except ValidationError as error:
        lines = []
        for problem in error.errors():
            message = problem["msg"].removeprefix("Value error, ")
            field = str(problem["loc"][0]) if problem["loc"] else message.split(" ")[0]
            name = field.upper().removeprefix("ROUNDTABLE_")
            said = "is missing" if problem["type"] == "missing" else message.removeprefix(name).strip()
            lines.append(f"ROUNDTABLE_{name}: {said}. {CURES.get(name, '')}".strip())
        raise SettingsRefused("\n".join(lines)) from None
