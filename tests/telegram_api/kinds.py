"""One update of every kind the Bot API documents (version 9), as Telegram would send them: https://core.telegram.org/bots/api#update and #message."""
from __future__ import annotations

from typing import Any

FILE = {"file_id": "BAADBAAD", "file_unique_id": "AgAD"}
PHOTO = [{**FILE, "width": 90, "height": 90}]


def contents() -> dict[str, Any]:
    """Message's optional fields beside text, each with a value of its documented shape."""
    user = {"id": 5_000_000_777, "is_bot": False, "first_name": "Li"}
    return {
        "animation": {**FILE, "width": 1, "height": 1, "duration": 1}, "audio": {**FILE, "duration": 1}, "document": FILE, "photo": PHOTO,
        "paid_media": {"star_count": 5, "paid_media": [{"type": "preview"}]}, "sticker": {**FILE, "type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False},
        "story": {"chat": {"id": 7, "type": "private"}, "id": 1}, "video": {**FILE, "width": 1, "height": 1, "duration": 1}, "video_note": {**FILE, "length": 1, "duration": 1},
        "voice": {**FILE, "duration": 1}, "checklist": {"title": "x", "tasks": []}, "contact": {"phone_number": "+8613800009999", "first_name": "Li"},
        "dice": {"emoji": "x", "value": 3}, "game": {"title": "x", "description": "x", "photo": PHOTO},
        "poll": {"id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": False, "is_anonymous": True, "type": "regular", "allows_multiple_answers": False},
        "venue": {"location": {"latitude": 1.0, "longitude": 1.0}, "title": "x", "address": "x"}, "location": {"latitude": 1.0, "longitude": 1.0},
        "new_chat_members": [user], "left_chat_member": user, "new_chat_title": "x", "new_chat_photo": PHOTO, "delete_chat_photo": True, "group_chat_created": True,
        "supergroup_chat_created": True, "channel_chat_created": True, "message_auto_delete_timer_changed": {"message_auto_delete_time": 86400},
        "migrate_to_chat_id": -1_001_900_000_000_009, "migrate_from_chat_id": -5, "pinned_message": {"message_id": 1, "date": 0, "chat": {"id": 7, "type": "private"}},
        "invoice": {"title": "x", "description": "x", "start_parameter": "x", "currency": "XTR", "total_amount": 1},
        "successful_payment": {"currency": "XTR", "total_amount": 1, "invoice_payload": "x", "telegram_payment_charge_id": "x", "provider_payment_charge_id": "x"},
        "refunded_payment": {"currency": "XTR", "total_amount": 1, "invoice_payload": "x", "telegram_payment_charge_id": "x"},
        "users_shared": {"request_id": 1, "users": [{"user_id": 5}]}, "chat_shared": {"request_id": 1, "chat_id": -5}, "gift": {"gift": {"id": "1"}}, "unique_gift": {"gift": {}, "origin": "upgrade"},
        "connected_website": "example.com", "write_access_allowed": {}, "passport_data": {"data": [], "credentials": {}},
        "proximity_alert_triggered": {"traveler": user, "watcher": user, "distance": 5}, "boost_added": {"boost_count": 1}, "chat_background_set": {"type": {}},
        "checklist_tasks_done": {}, "checklist_tasks_added": {"tasks": []}, "direct_message_price_changed": {"are_direct_messages_enabled": True},
        "forum_topic_created": {"name": "x", "icon_color": 1}, "forum_topic_edited": {}, "forum_topic_closed": {}, "forum_topic_reopened": {}, "general_forum_topic_hidden": {},
        "general_forum_topic_unhidden": {}, "giveaway_created": {}, "giveaway": {"chats": [], "winners_selection_date": 1, "winner_count": 1}, "giveaway_winners": {"winner_count": 1},
        "giveaway_completed": {"winner_count": 1}, "paid_message_price_changed": {"paid_message_star_count": 1}, "suggested_post_approved": {"send_date": 1},
        "suggested_post_declined": {}, "suggested_post_paid": {"currency": "XTR"}, "video_chat_scheduled": {"start_date": 1}, "video_chat_started": {}, "video_chat_ended": {"duration": 1},
        "video_chat_participants_invited": {"users": [user]}, "web_app_data": {"data": "x", "button_text": "x"},
        "quote": {"text": "x", "position": 0}, "external_reply": {"origin": {"type": "user"}}, "via_bot": {**user, "is_bot": True}, "forward_origin": {"type": "user", "date": 1, "sender_user": user},
        "sender_chat": {"id": -5, "type": "channel"}, "reply_to_story": {"chat": {"id": 7, "type": "private"}, "id": 1}, "a_field_of_next_year": {"x": [1]},
    }


def updates(user: dict, chat: dict) -> list[dict[str, Any]]:
    """Every kind of update but message and edited_message with a text, without their numbers."""
    message = {"message_id": 50_000, "date": 1_764_600_000, "from": user, "chat": chat}
    channel = {"id": -1_001_900_000_000_111, "type": "channel", "title": "News"}
    post = {"message_id": 3, "date": 1_764_600_000, "chat": channel, "sender_chat": channel, "text": "News"}
    member = {"chat": chat, "from": user, "date": 1_764_600_000, "old_chat_member": {"status": "left", "user": user}, "new_chat_member": {"status": "administrator", "user": user}}
    reaction = {"type": "emoji", "emoji": "👍"}
    others: dict[str, Any] = {
        "channel_post": post, "edited_channel_post": {**post, "edit_date": 1}, "business_connection": {"id": "1", "user": user, "user_chat_id": 7, "date": 1, "is_enabled": True},
        "business_message": {**message, "business_connection_id": "1", "text": "hello"}, "edited_business_message": {**message, "business_connection_id": "1", "text": "hello"},
        "deleted_business_messages": {"business_connection_id": "1", "chat": chat, "message_ids": [1]},
        "message_reaction": {"chat": chat, "message_id": 1, "user": user, "date": 1, "old_reaction": [], "new_reaction": [reaction]},
        "message_reaction_count": {"chat": channel, "message_id": 1, "date": 1, "reactions": [{"type": reaction, "total_count": 1}]},
        "inline_query": {"id": "1", "from": user, "query": "x", "offset": ""}, "chosen_inline_result": {"result_id": "1", "from": user, "query": "x"},
        "callback_query": {"id": "77", "from": user, "inline_message_id": "AAA", "chat_instance": "1", "data": "x"},
        "shipping_query": {"id": "1", "from": user, "invoice_payload": "x", "shipping_address": {}}, "pre_checkout_query": {"id": "1", "from": user, "currency": "XTR", "total_amount": 1, "invoice_payload": "x"},
        "purchased_paid_media": {"from": user, "paid_media_payload": "x"}, "poll": {"id": "1", "question": "?", "options": []}, "poll_answer": {"poll_id": "1", "user": user, "option_ids": [0]},
        "my_chat_member": {**member, "chat": {"id": -1_001_900_000_000_222, "type": "supergroup", "title": "G"}}, "chat_member": member,
        "chat_join_request": {"chat": channel, "from": user, "user_chat_id": 7, "date": 1}, "chat_boost": {"chat": channel, "boost": {"boost_id": "1", "add_date": 1, "expiration_date": 2, "source": {}}},
        "removed_chat_boost": {"chat": channel, "boost_id": "1", "remove_date": 1, "source": {}}, "a_kind_of_next_year": {"x": [1]},
    }
    found = [{kind: content} for kind, content in others.items()]
    for kind in ("message", "edited_message"):
        found += [{kind: {**message, "message_id": 50_001 + place, name: value}} for place, (name, value) in enumerate(contents().items())]
    return found
