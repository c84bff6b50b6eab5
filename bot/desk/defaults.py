"""The desk's figures where the section `desk` of data/exchange.yml is silent. Pure: `bot check` reads it without a database."""
FIGURES = {
    "handling_minutes": 12, "review_hours": 24, "upgrade_hours": 24, "remind_hours": 24, "vanish_minutes": 3, "reopen_days": 7, "low_score": 2, "complaint_days": 7,
    "messages_days": 365, "tickets_days": 730, "audit_content_days": 730,
}
"""Minutes, hours, days as the names say."""
