"""Settings: read once, told plainly when wrong, secrets never shown."""
from __future__ import annotations

import pytest

from bot.config import ConfigError, load

ENOUGH = {"SECRET_KEY": "a" * 40, "ENGINE_SECRET": "b" * 20}


def test_the_defaults_suit_one_machine(tmp_path):
    config = load({**ENOUGH, "BOT_HOME": str(tmp_path)})
    assert (config.host, config.internal_host, config.worker, config.notifier) == ("127.0.0.1", "127.0.0.1", "internal", "local")
    assert config.database()["NAME"] == str(tmp_path / "bot.sqlite3")
    assert config.database()["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_secrets_come_from_the_home_when_the_environment_has_none(tmp_path):
    (tmp_path / "secrets.env").write_text("# kept private\nSECRET_KEY=" + "f" * 40 + "\nENGINE_SECRET=" + "g" * 20 + "\n")
    assert load({"BOT_HOME": str(tmp_path)}).secret_key.get_secret_value() == "f" * 40
    assert load({"BOT_HOME": str(tmp_path), **ENOUGH}).secret_key.get_secret_value() == "a" * 40


@pytest.mark.parametrize(("environment", "named"), [
    ({}, "SECRET_KEY"),
    ({**ENOUGH, "SECRET_KEY": "tooshortsecret"}, "SECRET_KEY"),
    ({**ENOUGH, "BOT_PORT": "http"}, "BOT_PORT"),
    ({**ENOUGH, "BOT_PORT": "70000"}, "BOT_PORT"),
    ({**ENOUGH, "WORKER": "sometimes"}, "WORKER"),
    ({**ENOUGH, "WORKER": "external"}, "DATABASE_URL"),
])
def test_a_wrong_setting_is_named_and_no_value_shown(tmp_path, environment, named):
    with pytest.raises(ConfigError, match=named) as told:
        load({"BOT_HOME": str(tmp_path), **environment})
    assert "tooshortsecret" not in str(told.value)
    assert "aaaa" not in str(told.value)


def test_an_empty_variable_counts_as_unset(tmp_path):
    assert load({**ENOUGH, "BOT_HOME": str(tmp_path), "DATABASE_URL": "", "REDIS_URL": ""}).notifier == "local"


def test_postgresql_is_one_variable(tmp_path):
    config = load({**ENOUGH, "BOT_HOME": str(tmp_path), "DATABASE_URL": "postgresql://bot:p%40ss@db:5433/support"})
    database = config.database()
    assert (database["NAME"], database["USER"], database["PASSWORD"], database["HOST"], database["PORT"]) == ("support", "bot", "p@ss", "db", "5433")
    assert config.notifier == "postgresql"
    assert "p@ss" not in repr(config)
    assert "p%40ss" not in repr(config)


def test_another_database_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="postgresql://"):
        load({**ENOUGH, "BOT_HOME": str(tmp_path), "DATABASE_URL": "mysql://x/y"}).database()


@pytest.mark.parametrize(("more", "said"), [
    ({"MAIL_SERVER": "mail.example.com", "MAIL_FROM": "a@example.com"}, "smtp://"),
    ({"MAIL_SERVER": "smtp://mail.example.com"}, "MAIL_FROM"),
    ({"MAIL_SERVER": "smtp://mail.example.com", "MAIL_FROM": "Support"}, "MAIL_FROM"),
    ({"MAIL_SERVER": "smtp://mail.example.com", "MAIL_FROM": "a@example.com", "MAIL_REPLY_TO": "r@example.com"}, "MAIL_LISTEN"),
    ({"MAIL_SERVER": "smtp://mail.example.com", "MAIL_FROM": "a@example.com", "MAIL_REPLY_TO": "r+x@example.com", "MAIL_LISTEN": "127.0.0.1:8024"}, "plus"),
    ({"MAIL_SERVER": "smtp://mail.example.com", "MAIL_FROM": "a@example.com", "MAIL_REPLY_TO": "r@example.com", "MAIL_LISTEN": "8024"}, "MAIL_LISTEN"),
])
def test_mail_that_is_set_up_wrongly_is_told_at_the_start(tmp_path, more, said):
    with pytest.raises(ConfigError, match=said.replace("+", r"\+")):
        load({"BOT_HOME": str(tmp_path), "SECRET_KEY": "s" * 40, "ENGINE_SECRET": "e" * 40, **more})
