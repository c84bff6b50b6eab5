"""Which sentences `data/replies.yml` must have, and the named arguments each may use. The sentences themselves are content."""
from __future__ import annotations

REPLIES: dict[str, tuple[str, ...]] = {
    # first message and menu
    "greeting": (), "menu": (),
    # inside a flow
    "reword": (), "reword.value": (), "help.missing": (), "noted": ("noted",), "corrected": ("noted",),
    "sure": ("choice",), "stale": (), "vanished": ("title",), "back.nothing": (), "restarted": (), "nothing_open": (), "look": (), "queued": ("title",), "gone": (),
    # the bot's own questions
    "switch": ("current", "other"), "stay": (), "resume.ask": ("title",), "resume.again": ("title",), "resume.dropped": (), "next.ask": ("title",),
    "helped.ask": (), "helped.yes": (), "helped.no": (), "clarify": (), "clarify.none": (), "unresolved": (),
    # endings
    "solved": (), "wait": (), "stopped": (), "handoff": (), "handoff.offer": (), "no_flow": (),
    # not understood
    "fallback.1": (), "fallback.2": (), "fallback.3": (), "bare_value": ("noted",),
    "place.person": (), "place.again": ("title",), "elsewhere.1": (), "elsewhere.2": (), "elsewhere.3": (),
    # the ticket's questions
    "collect.declined": (), "collect.kept": (), "collect.again": (),
    "ticket.opened": ("number",), "ticket.warning": (),
    # what is wrong with a value
    "field.text_long": ("max", "have"), "field.text_short": ("min", "have"), "field.digits_only": (), "field.digits_short": ("min", "have"),
    "field.digits_long": ("max", "have"), "field.hash_short": ("have", "missing"), "field.hash_long": ("have", "extra"), "field.hash_letters": ("letters",),
    "field.hash_address": (), "field.address_hash": (), "field.address_length": ("have", "want"), "field.address_short": ("have",), "field.address_checksum": (), "field.address_character": ("character", "position"), "field.shortened": (), "field.email_shape": (),
    "field.phone_short": ("have",), "field.phone_long": ("have",), "field.amount_several": (), "field.ticket_no_length": ("have",), "field.ticket_no_digit": (),
    # language
    "language.changed": (),
    # buttons
    "button.unsure": (), "button.skip": (), "button.human": (), "button.yes": (), "button.no": (),
    "button.switch": (), "button.stay": (), "button.resume": (), "button.drop": (), "button.fresh": (), "button.next": (), "button.later": (), "button.helped": (), "button.not_helped": (),
    "button.wait_done": (), "button.again": (), "button.none_of_these": (), "button.submit": (), "button.menu": (),
}
"""Key -> arguments, of what `bot/dialogue` says. `bot check` reports missing and unused keys; a test holds this list and the code together."""

BUTTON_WORDS: dict[str, tuple[str, ...]] = {
    "switch": ("换", "切换", "换一个", "先看新的", "新的", "switch", "the new one"),
    "stay": ("继续", "继续这个", "先这个", "不换", "stay", "go on", "continue", "this one"),
    "resume": ("继续", "接着", "接着来", "接着处理", "resume", "continue", "go on"),
    "drop": ("不用了", "不需要", "算了", "不继续", "no need", "drop it", "forget it", "never mind"),
    "helped": ("有用", "有帮助", "明白了", "懂了", "解决了", "helped", "got it", "that helped", "solved", "clear"),
    "not_helped": ("没用", "没帮助", "没有帮助", "没解决", "还是不懂", "not really", "did not help", "didn't help", "not solved"),
    "wait_done": ("到账了", "已到账", "到了", "收到了", "好了", "成交了", "arrived", "got it", "received", "it's here"),
    "fresh": ("重新开始", "从头来", "重来", "start over", "from the beginning"),
    "human": ("转人工", "人工", "真人", "客服", "a person", "human", "agent"),
    "again": ("再试一次", "重新说", "再说一遍", "try again", "again"),
    "none_of_these": ("都不是", "其他", "别的", "none", "none of these", "something else", "neither"),
    "menu": ("看看别的", "别的问题", "other topics", "something else"),
    "yes": (), "no": (), "next": ("现在看", "好", "now"), "later": ("以后", "晚点", "later", "not now"),
}
"""What people type instead of pressing one of the bot's own buttons."""

APP_REPLIES: dict[str, tuple[str, ...]] = {
    "app.engine_down": (), "app.turn_failed": (), "app.file_received": (),
    "waiting.status": ("number",), "waiting.added": ("number",), "waiting.escalated": ("number",), "waiting.cancel_ask": ("number",), "waiting.cancelled": ("number",),
    "desk.taken": ("name",), "desk.resolved": ("number",), "desk.returned": (),
    "button.status": (), "button.cancel_waiting": (), "button.keep_waiting": (),
    "secret.seed": (), "secret.key": (), "secret.password": (), "secret.api": (), "secret.card": (), "secret.code": (), "secret.hex_ask": (),
}
"""The same, of what `bot/conversations` and `bot/desk` say when the dialogue does not."""
