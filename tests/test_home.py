"""The installation's folder and its secrets."""
from __future__ import annotations

import stat
from pathlib import Path

from bot.home import SECRETS, Home


def test_secrets_are_made_once_readable_by_the_owner_only_and_kept(tmp_path: Path) -> None:
    home = Home(tmp_path)
    first = home.secrets()
    assert set(first) == set(SECRETS)
    assert all(len(value) >= 32 for value in first.values())
    assert stat.S_IMODE(home.secrets_file.stat().st_mode) == 0o600
    assert home.secrets() == first


def test_two_installations_share_no_secret(tmp_path: Path) -> None:
    assert not set(Home(tmp_path).secrets().values()) & set(_made(tmp_path / "other").values())


def _made(path: Path) -> dict[str, str]:
    path.mkdir()
    return Home(path).secrets()


def test_a_deleted_line_is_made_anew_and_the_others_stay(tmp_path: Path) -> None:
    home = Home(tmp_path)
    first = home.secrets()
    lost = SECRETS[0]
    home.secrets_file.write_text("".join(f"{name}={value}\n" for name, value in first.items() if name != lost))
    second = home.secrets()
    assert second[lost] != first[lost]
    assert {name: second[name] for name in SECRETS[1:]} == {name: first[name] for name in SECRETS[1:]}


def test_a_file_readable_by_others_is_closed_again(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.secrets()
    home.secrets_file.chmod(0o644)
    home.secrets()
    assert stat.S_IMODE(home.secrets_file.stat().st_mode) == 0o600


def test_the_environment_rules_over_the_file(tmp_path: Path, monkeypatch) -> None:
    home = Home(tmp_path)
    home.secrets()
    monkeypatch.setenv("ENGINE_SECRET", "from-the-deployment")
    assert home.secrets()["ENGINE_SECRET"] == "from-the-deployment"
