"""Updates of every kind Telegram documents, and of none: what is read, what is left alone, and that nothing breaks it."""
from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.reading import language_of, read

USER = {"id": 5_000_000_001, "is_bot": False, "first_name": "Wei", "language_code": "zh-hans"}
CHAT = {"id": 5_000_000_001, "type": "private", "first_name": "Wei"}
GROUP = {"id": -1001900000000001, "type": "supergroup", "title": "Traders"}
BOT = {"id": 123456789, "is_bot": True, "first_name": "Support", "username": "example_support_bot"}


def message(**content):
    return {"message_id": 7, "date": 1_764_600_000, "from": USER, "chat": CHAT, **content}


def reading(update, kind="message"):
    return read({"update_id": 1, kind: update}, "example_support_bot", BOT["id"])


# Update's optional fields, https://core.telegram.org/bots/api#update, apart from the four we ask for.
OTHERS = ("channel_post", "edited_channel_post", "business_connection", "business_message", "edited_business_message", "deleted_business_messages",
          "message_reaction", "message_reaction_count", "inline_query", "chosen_inline_result", "shipping_query", "pre_checkout_query",
          "purchased_paid_media", "poll", "poll_answer", "chat_member", "chat_join_request", "chat_boost", "removed_chat_boost", "a_kind_of_next_year")


@pytest.mark.parametrize("kind", OTHERS)
def test_a_kind_that_is_none_of_ours_is_seen_and_left_alone(kind):
    assert reading(message(text="hello"), kind).kind == "nothing"


@pytest.mark.parametrize(("content", "answer"), [
    ({"voice": {"file_id": "v", "duration": 3}}, "voice"), ({"video_note": {}}, "video"), ({"video": {}, "caption": "x"}, "video"), ({"sticker": {}}, "sticker"),
    ({"animation": {}, "document": {"file_id": "d"}}, "sticker"), ({"dice": {}}, "sticker"), ({"contact": {"phone_number": "+86"}}, "contact"),
    ({"location": {"latitude": 1}}, "location"), ({"venue": {}, "location": {}}, "location"), ({"poll": {}}, "other"), ({"story": {}}, "other"),
    ({"audio": {"file_id": "a"}}, "voice"), ({"game": {}}, "other"), ({"paid_media": {}}, "other"),
])
def test_what_cannot_be_read_gets_its_own_answer_and_none_of_it_is_kept(content, answer):
    made = reading(message(**content))
    assert (made.kind, made.text) == ("not_kept", answer)
    assert "+86" not in repr(made)


@pytest.mark.parametrize("content", [
    {"new_chat_title": "x"}, {"pinned_message": {}}, {"migrate_to_chat_id": -5}, {"forum_topic_created": {}}, {"successful_payment": {}}, {"text": ""}, {"text": "\u200b"}, {},
])
def test_service_messages_are_left_alone(content):
    assert reading(message(**content)).kind == "nothing"


def test_the_largest_photo_is_taken():
    photo = [{"file_id": "small", "width": 90, "height": 90}, {"file_id": "big", "width": 900, "height": 900, "file_size": 5}, {"width": 9999}]
    made = reading(message(photo=photo, caption="转出记录", media_group_id="42"))
    assert (made.kind, made.file["file_id"], made.text, made.album) == ("file", "big", "转出记录", "42")


def test_ids_have_64_bits_and_no_more():
    far = 2**52 + 1
    assert reading(message(chat={**CHAT, "id": far}, text="x")).chat_id == far
    assert reading(message(chat={**CHAT, "id": 2**63 - 1}, text="x")).chat_id == 2**63 - 1
    assert reading(message(chat={**CHAT, "id": 2**63}, text="x")).kind == "nothing"
    assert read({"update_id": 2**64, "message": message(text="x")}) is None


@pytest.mark.parametrize("update", [None, 1, "x", [], {}, {"update_id": "1"}, {"update_id": True}, {"update_id": -1}, {"message": message(text="x")}])
def test_what_has_no_number_is_no_update(update):
    assert read(update) is None


@pytest.mark.parametrize("part", [None, 1, "x", [], {}, {"id": "5"}, {"id": None, "type": "private"}])
@pytest.mark.parametrize("name", ["chat", "from", "text", "photo", "document", "entities", "reply_to_message", "caption"])
def test_a_field_of_a_wrong_shape_breaks_nothing(name, part):
    for kind in ("message", "edited_message", "callback_query", "my_chat_member"):
        made = reading({**message(text="x", data="y", id="1"), name: part}, kind)
        assert made.update_id == 1
        assert made.kind in ("nothing", "text", "edit", "press", "file")
        json.dumps(made.body())


def test_a_press_counts_only_from_the_chat_s_own_user():
    query = {"id": "9", "from": USER, "message": {**message(text="q"), "from": BOT}, "data": "/go_back"}
    assert (reading(query, "callback_query").kind, reading(query, "callback_query").text) == ("press", "/go_back")
    assert reading({**query, "from": {**USER, "id": 6}}, "callback_query").kind == "nothing"
    assert reading({**query, "message": None}, "callback_query").kind == "nothing"
    assert reading({**query, "message": {"chat": CHAT, "message_id": 7, "date": 0}}, "callback_query").kind == "press"  # InaccessibleMessage


def test_the_code_of_a_link_is_kept_as_its_hash_alone():
    made = reading(message(text="/start abcDEF_-123", entities=[{"type": "bot_command", "offset": 0, "length": 6}]))
    assert (made.kind, made.command, len(made.code)) == ("command", "start", 64)
    assert "abcDEF" not in repr(made)


@pytest.mark.parametrize(("text", "heard"), [
    ("@example_support_bot KYC是什么", "KYC是什么"), ("KYC是什么 @Example_Support_Bot", "KYC是什么"), ("/help@example_support_bot", ""),
])
def test_in_a_group_only_a_mention_is_heard(text, heard):
    made = reading(message(chat=GROUP, text=text))
    assert (made.kind, made.text) == ("group", heard)
    assert reading(message(chat=GROUP, text="KYC是什么")).kind == "nothing"
    assert reading(message(chat=GROUP, text=text, **{"from": {**USER, "is_bot": True}})).kind == "nothing"


def test_a_reply_to_the_bot_in_a_group_is_heard():
    assert reading(message(chat=GROUP, text="然后呢", reply_to_message={"from": BOT, "message_id": 3})).kind == "group"
    assert reading(message(chat=GROUP, text="然后呢", reply_to_message={"from": USER, "message_id": 3})).kind == "nothing"


@pytest.mark.parametrize(("code", "language"), [("zh-hans", "zh-Hans"), ("zh", "zh-Hans"), ("zh-TW", "zh-Hant"), ("zh-hant", "zh-Hant"), ("en-GB", "en"), ("ru", "en"),
                                                (None, "en"), (7, "en"), ("", "en")])
def test_the_language_is_one_of_ours(code, language):
    assert language_of(code) == language


anything = st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=8), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
    st.sampled_from(["id", "chat", "from", "text", "type", "message", "data", "photo", "document", "file_id", "entities", "offset", "reply_markup",
                     "inline_keyboard", "callback_data", "new_chat_member", "status", "username", "caption", "media_group_id"]), inner, max_size=5), max_leaves=12)


@given(st.sampled_from(["message", "edited_message", "callback_query", "my_chat_member", "other"]), anything)
def test_no_update_whatever_its_shape_breaks_the_reading(kind, content):
    assert read({"update_id": 5, kind: content}, "example_support_bot", 1).update_id == 5
