"""The app's settings: environment variables read once into one frozen object. Not for the exchange's facts (data/exchange.yml)."""
from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator

ROOT = Path(__file__).resolve().parents[1]


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
    timezone: str = Field("Asia/Shanghai", alias="TIME_ZONE", description="zone of a visitor who did not tell his")
    now: str | None = Field(None, alias="BOT_NOW", description="fixes the clock (ISO 8601), for reproducible talks")

    @model_validator(mode="before")
    @classmethod
    def _split_hosts(cls, values: dict) -> dict:
        hosts = values.get("ALLOWED_HOSTS")
        if isinstance(hosts, str):
            values = {**values, "ALLOWED_HOSTS": tuple(h.strip() for h in hosts.split(",") if h.strip())}
        return values

    @model_validator(mode="after")
    def _consistent(self) -> Config:
        if self.worker == "external" and not self.database_url:
            raise ValueError("WORKER=external needs PostgreSQL: set DATABASE_URL, or leave WORKER unset "
                             "(SQLite is for one app process on one machine)")
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
            lines.append(f"{name}: {problem['msg']}" if name else problem["msg"])
        raise ConfigError("settings: " + "; ".join(lines)
                          + f" (set it in the environment or in {home.name}/secrets.env)") from None


@lru_cache(maxsize=1)
def config() -> Config:
    """This process's settings."""
    return load(os.environ)


def _secrets(path: Path) -> dict[str, str]:
    """NAME=value lines of the file `bot run` writes on a first start; nothing when there is none."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.lstrip().startswith("#"))
    return {name.strip(): value.strip() for name, value in pairs}
