"""The topics' intents by how they are routed, whether or not a flow or card exists for them yet. Examples are in data/nlu."""
from __future__ import annotations

PROBLEMS = (
    "forgot_password", "account_locked", "two_factor_problem", "login_other", "account_compromised", "kyc_verification",
    "deposit_missing", "deposit_wrong_network_or_address", "withdrawal_failed_or_pending", "withdrawal_limit",
    "trading_lag", "price_abnormal", "order_not_filled", "cancel_order_problem",
)
"""Each starts a flow."""

KNOWLEDGE = (
    "contact_channels", "prepare_information", "describe_problem", "keep_records", "official_channel_check", "priority_question",
    "ticket_status", "duplicate_ticket", "community_help", "response_time", "escalate_ticket", "file_complaint", "regulator",
    "concept_exchange", "concept_support", "concept_ticket_system", "concept_kyc",
)
"""Each is answered by a card."""

CHAT = ("greet", "goodbye", "thanks", "bot_challenge", "help_menu")
"""Small talk that a card answers."""

MOVES = ("affirm", "deny", "feedback_resolved", "feedback_unresolved", "stop_cancel", "change_language", "distress", "human_agent",
         "go_back", "start_over", "choose", "inform")
"""Things done in a dialogue; data/rules has a rule for each."""

OUTSIDE = "out_of_scope"
"""Examples of what the bot cannot do: they inform the score and are never a prediction."""

SET_BY_PIPELINE = ("nlu_clarify", "nlu_fallback")
"""Intents without examples."""

SAFETY = ("account_compromised", "distress", "official_channel_check")
"""Never overruled by an answer to the current question."""

FIRST = ("distress", "account_compromised")
"""Of several problems in one message these are dealt with before the others, wherever they stand in it."""
