"""Is it down? The status page says, as Statuspage's JSON or as a file."""
from __future__ import annotations

import pytest

from tests.facts.doubles import Statuspage

INCIDENT = {"id": "inc1", "name": "Withdrawals of BTC delayed", "status": "investigating", "started_at": "2025-12-01T14:00:00Z", "components": [{"name": "Withdrawals"}]}


@pytest.fixture
def page(serve):
    return serve(Statuspage)


@pytest.fixture
def ask(page, find):
    return lambda component="": find("service_status", {"component": component}, sources={"status": {"url": page.url}})


def test_all_is_well(ask):
    assert ask().outcome == "ok"


def test_a_running_incident_is_named(page, ask):
    page.summary["incidents"] = [INCIDENT]
    found = ask("withdrawals")
    assert (found.outcome, found.values["title"], found.values["incident"]) == ("incident", "Withdrawals of BTC delayed", "inc1")


def test_an_incident_elsewhere_is_none_for_who_asks_about_something_else(page, ask):
    page.summary["incidents"] = [INCIDENT]
    assert ask("login").outcome == "ok"


def test_a_resolved_incident_is_over(page, ask):
    page.summary["incidents"] = [{**INCIDENT, "status": "resolved"}]
    assert ask("withdrawals").outcome == "ok"


def test_maintenance_counts_once_it_has_begun(page, ask):
    page.summary["scheduled_maintenances"] = [{**INCIDENT, "status": "scheduled"}]
    assert ask().outcome == "ok"


def test_maintenance_under_way(page, ask):
    page.summary["scheduled_maintenances"] = [{**INCIDENT, "status": "in_progress"}]
    assert ask().outcome == "maintenance"


def test_a_component_that_is_out_without_an_incident(page, ask):
    page.summary["components"] = [{"id": "c1", "name": "充值", "status": "major_outage"}]
    assert ask("deposits").outcome == "incident"


def test_a_page_of_another_form_is_unknown(page, ask):
    page.summary = ["not", "a", "summary"]
    assert ask().outcome == "unknown"


@pytest.mark.parametrize(("text", "component", "outcome"), [
    ("state: ok", "", "ok"), ("state: incident\ntitle: 充值延迟\nid: i7\ncomponents: [充值]", "deposits", "incident"), ("state: incident\ncomponents: [充值]", "login", "ok"),
    ("state: [", "", "unknown"), ("- a", "", "unknown"), ("state: perhaps", "", "unknown"),
])
def test_a_plain_file_says_the_same(tmp_path, find, text, component, outcome):
    file = tmp_path / "status.yml"
    file.write_text(text, "utf-8")
    assert find("service_status", {"component": component}, sources={"status": {"file": str(file)}}).outcome == outcome


def test_a_file_that_is_not_there_is_unknown(tmp_path, find):
    assert find("service_status", {}, sources={"status": {"file": str(tmp_path / "none.yml")}}).outcome == "unknown"
