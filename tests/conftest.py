"""What every suite shares: one list of the tests that were left out, and why. With BOT_NO_SKIPS=1 (CI) leaving one out fails."""
from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

_left_out: Counter[str] = Counter()
_home = ""


def pytest_configure() -> None:
    """In the app's environment: Django on a home and a database of its own. What tests start as processes is not affected."""
    global _home
    if find_spec("django") is None:
        return
    _home = tempfile.mkdtemp(prefix="bot-tests-")
    ours = {"BOT_HOME": _home, "SECRET_KEY": "s" * 40, "ENGINE_SECRET": "e" * 40, "DJANGO_SETTINGS_MODULE": "bot.settings"}
    before = {name: os.environ.get(name) for name in ours}
    os.environ.update(ours)
    try:
        import django

        django.setup()
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


def pytest_unconfigure() -> None:
    if _home:
        shutil.rmtree(_home, ignore_errors=True)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        _left_out[reason.removeprefix("Skipped: ")] += 1


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if _left_out and os.environ.get("BOT_NO_SKIPS") == "1" and exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not _left_out:
        return
    terminalreporter.section("left out on this machine")
    for reason, count in sorted(_left_out.items()):
        terminalreporter.write_line(f"{count} test{'s' if count > 1 else ''}: {reason}")
    if os.environ.get("BOT_NO_SKIPS") == "1":
        terminalreporter.write_line("BOT_NO_SKIPS=1: on this machine nothing may be left out, so this run has failed.")


@pytest.fixture(scope="session")
def axe():
    """tests/browser/axe.py's `faults(page, within=None, without=())`: what is wrong with a page's accessibility."""
    path = Path(__file__).parent / "browser" / "axe.py"
    spec = spec_from_file_location("browser_axe", path)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.faults


@pytest.fixture(scope="session")
def migrated() -> None:
    """The test database with its tables."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)


@pytest.fixture
def database(migrated):
    """An empty database, SQLite unless DATABASE_URL says otherwise."""
    from django.core.management import call_command
    from django.db import connection

    from bot.desk import guards

    guards.drop(connection)
    call_command("flush", interactive=False, verbosity=0)
    guards.install(connection)
    yield connection
    connection.close()
