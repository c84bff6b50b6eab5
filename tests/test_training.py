"""When a new model is needed, and when an edit needs none."""
from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.home import ROOT
from bot.training import fingerprint, frame


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("config.yml", "domain.yml"):
        shutil.copy(ROOT / name, tmp_path / name)
    for name in ("data", "bot/engine", "bot/text", "bot/references", "requirements"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_the_fingerprint_of_the_same_project_is_the_same_anywhere(project: Path) -> None:
    assert fingerprint(project) == fingerprint(ROOT)


def test_editing_a_text_needs_no_training(project: Path) -> None:
    before = fingerprint(project)
    edit(project / "data/flows/forgot_password.yml", "密码可以自己重置", "您可以自己重置密码")
    assert fingerprint(project) == before


@pytest.mark.parametrize(("path", "old", "new"), [
    ("data/nlu/zh/deposit_missing.yml", "    - ", "    - 我的充值去哪儿了呀呀\n    - "),
    ("data/flows/forgot_password.yml", "忘记密码了", "忘记登录密码了"),
    ("config.yml", "pipeline:", "pipeline: # changed\n"),
    ("domain.yml", "version:", "# changed\nversion:"),
    ("bot/engine/importer.py", "from __future__", "# changed\nfrom __future__"),
])
def test_what_the_model_is_made_of_needs_training(project: Path, path: str, old: str, new: str) -> None:
    before = fingerprint(project)
    edit(project / path, old, new)
    assert fingerprint(project) != before


def test_examples_leave_the_frame_in_which_two_models_can_replace_each_other(project: Path) -> None:
    before = frame(project)
    edit(project / "data/nlu/zh/deposit_missing.yml", "    - ", "    - 我的充值去哪儿了呀呀\n    - ")
    edit(project / "data/flows/forgot_password.yml", "忘记密码了", "忘记登录密码了")
    assert frame(project) == before


@pytest.mark.parametrize(("path", "old", "new"), [
    ("bot/engine/importer.py", "from __future__", "# changed\nfrom __future__"),
    ("data/flows/forgot_password.yml", "intent: forgot_password", "intent: login_other"),
    ("data/rules/anytime.yml", "rules:", "rules: # changed"),
])
def test_code_rules_and_intents_make_another_frame(project: Path, path: str, old: str, new: str) -> None:
    before = frame(project)
    edit(project / path, old, new)
    assert frame(project) != before
