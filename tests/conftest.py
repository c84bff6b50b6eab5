"""What every suite shares: one list of the tests that were left out, and why. With BOT_NO_SKIPS=1 (CI) leaving one out fails."""
from __future__ import annotations

import os
from collections import Counter

import pytest

_left_out: Counter[str] = Counter()


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
