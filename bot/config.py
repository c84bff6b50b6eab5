"""The app's settings: environment variables read once into one frozen object. Not for the exchange's facts (data/exchange.yml)."""
from __future__ import annotations

import os
import re
from collections.abc import Mapping
from email.utils import parseaddr
from functools import lru_cache
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator

ROOT = Path(__file__).resolve().parents[1]
_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_ADDRESS_OF_A_SITE = re.compile(r"https?://[^\s?#/@:\[\]]+(:\d{1,5})?(/[^\s?#@]*)?|https?://\[[0-9a-fA-F:]+\](:\d{1,5})?(/[^\s?#@]*)?")
_TELEGRAM_TOKEN = re.compile(r"\d{3,20}:[A-Za-z0-9_-]{20,80}")


class ConfigError(Exception):
    """A setting is missing or wrong. The text names the variable and what to do; it never shows a secret's value."""


class Config(BaseModel):
    """Everything the app takes from its environment. Each field names its variable; the default suits one machine."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, extra="ignore")

    home: Path = Field(ROOT / "var", alias="BOT_HOME", description="where databases, uploads and logs live")
    host: str = Field("127.0.0.1", alias="BOT_HOST", description="address of the public listener")
    port: int = Field(8000, alias="BOT_PORT", ge=0, le=65535, description="port of the public listener")
    internal_host: str = Field("127.0.0.1", alias="BOT_INTERNAL_HOST", description="address of the internal listener")
    internal_port: int = Field(8001, alias="BOT_INTERNAL_PORT", ge=0, le=65535,
                               description="port of the internal listener (actions, metrics)")
    allowed_hosts: tuple[str, ...] = Field(("localhost", "127.0.0.1", "[::1]"), alias="ALLOWED_HOSTS",
                                           description="host names the site answers to, separated by commas")
    widget_origins: tuple[str, ...] = Field((), alias="WIDGET_ORIGINS",
                                            description="sites that may use the widget, as https://www.example.com, separated by commas; the bot's own always may")
    identity_keys: tuple[SecretStr, ...] = Field((), alias="IDENTITY_KEYS", max_length=2,
                                                 description="what the exchange's backend signs its users' identity with: one key, or the new and the old one, separated by a comma")
    secret_key: SecretStr = Field(alias="SECRET_KEY", min_length=32, description="signs sessions and visitor tokens")
    engine_url: str = Field("http://127.0.0.1:8002", alias="ENGINE_URL", description="where the engine listens")
    engine_secret: SecretStr = Field(alias="ENGINE_SECRET", min_length=16,
                                     description="shared by app and engine, sent in X-Engine-Secret")
    database_url: SecretStr | None = Field(None, alias="DATABASE_URL",
                                           description="postgresql://user:password@host:port/name; unset: SQLite")
    database_threads: int = Field(4, alias="DATABASE_THREADS", ge=1, le=64,
                                  description="threads, and so connections, for database work")
    redis_url: SecretStr | None = Field(None, alias="REDIS_URL", description="push between processes through Redis")
    worker: Literal["internal", "external"] = Field("internal", alias="WORKER",
                                                    description="external: the worker is a process of its own")
    rate_limits: Literal["on", "off"] = Field("on", alias="BOT_RATE_LIMITS", description="off: for a bot of a command's own")
    desk_idle_minutes: int = Field(30, alias="DESK_IDLE_MINUTES", ge=1, le=24 * 60,
                                   description="an agent who does nothing for so long is signed out")
    desk_session_hours: int = Field(12, alias="DESK_SESSION_HOURS", ge=1, le=7 * 24,
                                    description="an agent signs in again after so long, whatever he did")
    desk_https: Literal["on", "off"] = Field("off", alias="DESK_HTTPS",
                                             description="on: agents' cookies travel over HTTPS only (set it behind a TLS proxy)")
    telegram_token: SecretStr | None = Field(None, alias="TELEGRAM_TOKEN",
                                             description="the bot's token from BotFather; unset: no Telegram")
    telegram_api: str = Field("https://api.telegram.org", alias="TELEGRAM_API",
                              description="base address of the Bot API: Telegram's, a Bot API server of your own, or an emulator")
    telegram_webhook: str | None = Field(None, alias="TELEGRAM_WEBHOOK",
                                         description="public https address of this site for Telegram's webhook; unset: long polling")
    mail_server: SecretStr | None = Field(None, alias="MAIL_SERVER",
                                          description="what sends news of tickets to visitors who left an address: smtp://user:password@host:587 (with STARTTLS) or smtps://...:465; unset: e-mail is not offered (docs/mail.md)")
    mail_from: str = Field("", alias="MAIL_FROM", description="who they are from: Example Support <support@example.com>")
    mail_reply_to: str = Field("", alias="MAIL_REPLY_TO", description="where answers go, reply@in.example.com: each ticket has reply+<its token>@ of it; unset: answers are not read")
    mail_listen: str = Field("", alias="MAIL_LISTEN", description="address and port at which the mail server hands answers over by LMTP, 127.0.0.1:8024")
    mail_delay_seconds: int = Field(60, alias="MAIL_DELAY_SECONDS", ge=0, le=3600, description="what is said within so many seconds goes into one mail")
    desks_file: Path = Field(ROOT / "data" / "desks.yml", alias="BOT_DESKS", description="which outside desks tickets go to (docs/desks.md)")
    timezone: str = Field("Asia/Shanghai", alias="TIME_ZONE", description="zone of a visitor who did not tell his")
    exchange_file: Path | None = Field(None, alias="BOT_EXCHANGE_FILE",
                                       description="a YAML file whose keys replace those of data/exchange.yml here")
    account_api_secret: SecretStr | None = Field(None, alias="ACCOUNT_API_SECRET", min_length=16,
                                                 description="signs requests to the exchange's own backend (docs/facts.md)")
    now: str | None = Field(None, alias="BOT_NOW", description="fixes the clock (ISO 8601), for reproducible talks")

    @model_validator(mode="before")
    @classmethod
    def _split_lists(cls, values: dict) -> dict:
        lists = {name: tuple(part.strip() for part in values[name].split(",") if part.strip())
                 for name in ("ALLOWED_HOSTS", "WIDGET_ORIGINS", "IDENTITY_KEYS") if isinstance(values.get(name), str)}
        return {**values, **lists}

    @field_validator("widget_origins")
    @classmethod
    def _are_origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        for origin in origins:
            if not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?|https?://\[[0-9a-fA-F:]+\](:\d{1,5})?", origin):
                raise ValueError(f"{origin!r} is no origin: write https://www.example.com, without a path or a slash at the end")
        return tuple(origin.lower() for origin in origins)

    @field_validator("telegram_api")
    @classmethod
    def _is_address(cls, address: str) -> str:
        if not re.fullmatch(_ADDRESS_OF_A_SITE, address):
            raise ValueError("write an address such as https://api.telegram.org, without a password, a question mark or #")
        return address

    @field_validator("telegram_webhook")
    @classmethod
    def _is_https(cls, address: str | None) -> str | None:
        if address is not None and not (address.startswith("https:") and re.fullmatch(_ADDRESS_OF_A_SITE, address)):
            raise ValueError("write this site's public address, such as https://support.example.com: https only, without a password, a question mark or #")
        return address

    @field_validator("identity_keys")
    @classmethod
    def _are_long_enough(cls, keys: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        if any(len(key.get_secret_value()) < 32 for key in keys):
            raise ValueError("an identity key needs at least 32 characters (openssl rand -hex 32)")
        return keys

    @model_validator(mode="after")
    def _consistent(self) -> Config:
        if self.worker == "external" and not self.database_url:
            raise ValueError("WORKER=external needs PostgreSQL: set DATABASE_URL, or leave WORKER unset "
                             "(SQLite is for one app process on one machine)")
        if self.telegram_token and not _TELEGRAM_TOKEN.fullmatch(self.telegram_token.get_secret_value()):
            raise ValueError("TELEGRAM_TOKEN does not look like a bot's token: BotFather gives digits, a colon and 35 characters")
        return self

    @model_validator(mode="after")
    def _mail(self) -> Config:
        if self.mail_server:
            parts = urlsplit(self.mail_server.get_secret_value())
            if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
                raise ValueError("MAIL_SERVER must read smtp://host:587, smtp://user:password@host:587 or smtps://user:password@host:465")
            if not _ADDRESS.fullmatch(parseaddr(self.mail_from)[1]) or any(ord(sign) < 32 for sign in self.mail_from):
                raise ValueError("MAIL_SERVER needs MAIL_FROM: an address, or a name and an address as in Example Support <support@example.com>")
        if bool(self.mail_reply_to) != bool(self.mail_listen) or (self.mail_listen and not self.mail_server):
            raise ValueError("MAIL_REPLY_TO and MAIL_LISTEN belong together, and to MAIL_SERVER: set all three, or MAIL_SERVER alone")
        if self.mail_reply_to and (not _ADDRESS.fullmatch(self.mail_reply_to) or len(self.mail_reply_to.partition("@")[0]) > 30 or "+" in self.mail_reply_to):
            raise ValueError("MAIL_REPLY_TO is a plain address without a plus sign, at most 30 characters before the @")
        if self.mail_listen and not re.fullmatch(r"[0-9A-Za-z.:\[\]-]+:\d{1,5}", self.mail_listen):
            raise ValueError("MAIL_LISTEN is an address and a port, as in 127.0.0.1:8024")
        return self

    @property
    def notifier(self) -> Literal["local", "postgresql", "redis"]:
        """How processes tell each other that the log grew."""
        if self.redis_url:
            return "redis"
        return "postgresql" if self.database_url else "local"

    def database(self) -> dict:
        """Django's DATABASES["default"]."""
        if self.database_url:
            url = urlsplit(self.database_url.get_secret_value())
            if url.scheme not in ("postgres", "postgresql"):
                raise ConfigError("DATABASE_URL must begin with postgresql:// (or be unset for SQLite)")
            return {
                "ENGINE": "django.db.backends.postgresql", "NAME": unquote(url.path.lstrip("/")),
                "USER": unquote(url.username or ""), "PASSWORD": unquote(url.password or ""),
                "HOST": url.hostname or "", "PORT": str(url.port or ""),
                "CONN_MAX_AGE": 300, "CONN_HEALTH_CHECKS": True,
            }
        return {
            "ENGINE": "django.db.backends.sqlite3", "NAME": str(self.home / "bot.sqlite3"),
            "CONN_MAX_AGE": None,
            # IMMEDIATE: a read-then-write transaction in WAL otherwise fails at once with "database is locked".
            # FULL: a message that was acknowledged is on the disk.
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 10,
                        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"},
        }


def load(environment: Mapping[str, str]) -> Config:
    """Settings from `environment`, with BOT_HOME/secrets.env beneath it; raises ConfigError in one readable text."""
    home = Path(environment.get("BOT_HOME") or ROOT / "var")
    values = {**_secrets(home / "secrets.env"), **{k: v for k, v in environment.items() if v != ""}}
    try:
        return Config.model_validate(values)
    except ValidationError as error:
        lines = []
        for problem in error.errors(include_input=False, include_url=False):
            name = ".".join(str(part) for part in problem["loc"])
            said = problem["msg"].removeprefix("Value error, ")
            lines.append(f"{name}: {said}" if name else said)
        raise ConfigError("settings: " + "; ".join(lines)
                          + f" (set it in the environment or in {home.name}/secrets.env)") from None


@lru_cache(maxsize=1)
def config() -> Config:
    """This process's settings."""
    return load(os.environ)


def environment_value(name: str) -> str:
    """A secret whose name depends on data/ (a desk's token): from the environment, else from secrets.env; empty when it is in neither."""
    return os.environ.get(name) or _secrets(config().home / "secrets.env").get(name, "")


def _secrets(path: Path) -> dict[str, str]:
    """NAME=value lines of the file `bot run` writes on a first start; nothing when there is none."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.lstrip().startswith("#"))
    return {name.strip(): value.strip() for name, value in pairs}
