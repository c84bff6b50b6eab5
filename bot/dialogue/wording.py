"""Which sentences `data/replies.yml` must have, and the named arguments each may use. The sentences themselves are content."""
from __future__ import annotations

REPLIES: dict[str, tuple[str, ...]] = {
    # first message and menu
    "greeting": (), "menu": (),
    # inside a flow
    "reword": (), "reword.value": (), "help.missing": (), "noted": ("noted",), "told": ("choice",), "without": (), "corrected": ("noted",),
    "sure": ("choice",), "stale": (), "vanished": ("title",), "back.nothing": (), "restarted": (), "nothing_open": (), "look": (), "queued": ("title",), "step_done": (), "gone": (),
    "imitation": ("shown", "like"),
    # the bot's own questions
    "switch": ("current", "other"), "stay": (), "resume.ask": ("title",), "resume.again": ("title",), "resume.dropped": (), "next.ask": ("title",),
    "helped.ask": (), "helped.yes": (), "helped.no": (), "card.again": (), "clarify": (), "clarify.none": (), "unresolved": (),
    # endings
    "solved": (), "wait": (), "stopped": (), "handoff": (), "handoff.offer": (), "no_flow": (),
    # not understood
    "fallback.1": (), "fallback.2": (), "fallback.3": (), "bare_value": ("noted",), "shortened": (),
    "place.person": (), "place.again": ("title",), "elsewhere.1": (), "elsewhere.2": (), "elsewhere.3": (),
    # the ticket's questions
    "collect.declined": (), "collect.kept": (), "collect.again": (), "collect.heard": (), "alarm.order": (), "alarm.nothing_more": (), "warned.what_now": (),
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
    "button.wait_done": (), "button.again": (), "button.none_of_these": (), "button.submit": (), "button.menu": (), "button.not_that": (),
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
    "human": ("转人工", "人工", "真人", "客服", "转吧", "转过去", "帮我转", "直接提交", "提交吧", "a person", "human", "agent", "pass me on", "put me through", "transfer me", "hand it in", "hand in now"),
    "again": ("再试一次", "重新说", "再说一遍", "try again", "again"),
    "none_of_these": ("都不是", "其他", "别的", "none", "none of these", "something else", "neither"),
    "menu": ("看看别的", "别的问题", "other topics", "something else"),
    "yes": (), "no": (), "next": ("现在看", "好", "now"), "later": ("以后", "晚点", "later", "not now"),
}
"""What people type instead of pressing one of the bot's own buttons."""

APP_REPLIES: dict[str, tuple[str, ...]] = {
    "found.now": (), "found.seconds": ("n",), "found.minutes": ("n",), "app.engine_down": (), "app.turn_failed": (), "app.file_received": (), "app.joined": (), "case.corrected": ("label", "value"), "case.problem": ("value",),
    "waiting.status": ("number", "age", "stands", "position"), "waiting.status_taken": ("number", "age", "stands"), "waiting.status_closed": ("number", "age", "stands"),
    "waiting.added": ("number",), "waiting.added_again": ("number",), "waiting.added_more": ("number",), "waiting.noted": ("number", "noted"), "waiting.mended": ("number", "noted"),
    "waiting.solved_ask": ("number",), "waiting.all_right": ("number",), "waiting.thanked": ("number",), "waiting.calm": ("number",), "waiting.other": ("number", "title"),
    "number.unseen": ("number",), "number.unseen_again": ("number",), "age.now": (), "button.close": (), "button.leave_open": (), "button.given_away": (),
    "waiting.escalated": ("number",), "waiting.cancel_ask": ("number",), "waiting.cancelled": ("number",),
    "desk.taken": ("name",), "desk.resolved": ("number",), "desk.returned": (), "desk.moved": (), "desk.continued": ("number",), "desk.merged": ("number", "into"), "desk.vanished": (), "desk.loss": ("number",),
    "ticket.joined": ("number", "age", "stands"), "ticket.reopened": ("number",),
    "ticket.state.open": (), "ticket.state.taken": (), "ticket.state.awaiting": (), "ticket.state.resolved": (), "ticket.state.returned": (),
    "ticket.state.supervisor": (), "ticket.state.complaint": (),
    "same.ask": ("number", "age", "title"), "same.merged": ("number",), "same.other": (),
    "promise.within": ("high",), "promise.range": ("position", "low", "high"), "promise.full": ("position",), "promise.urgent": (), "promise.closed": ("opens", "hours"),
    "promise.email": ("hours",), "promise.half": ("position", "low", "high"), "promise.half_full": ("position",), "promise.half_taken": (), "promise.half_waiting": ("number",),
    "promise.broken": ("number",), "promise.broken_again": ("number",), "promise.supervisor": ("number",), "promise.complaint": ("number", "days"),
    "await.filled": ("label",), "await.declined": (), "await.remind": ("label",), "review.day": ("number", "hours"),
    "survey.ask": (), "survey.comment": (), "survey.low": ("number",), "survey.thanks": (),
    "ladder.not_yet": ("number", "hours"), "ladder.already": ("number", "stands"), "ladder.complaint_first": ("number",), "ladder.last": ("regulator", "police"),
    "case.aside": ("number",), "case.other": ("number",),
    "contact.ask": (), "contact.email_ask": ("number",), "contact.email": ("number", "address"), "contact.here": ("number",), "contact.telegram": ("number", "address"),
    "record.making": (), "record.ready": (), "record.dossier": ("number",),
    "button.not_solved": (), "button.supervisor": (), "button.complaint": (), "button.aside": (), "button.same": (), "button.other": (), "button.here": (),
    "button.email": (), "button.telegram": (), "button.record": (),
    "desk.unreachable": (), "desk.reachable": (),
    "mail.subject": ("number",), "mail.above": (), "mail.end_answer": ("number",), "mail.end": ("number",), "mail.more": (), "mail.file": ("name",),
    "mail.bounced": ("number", "address"), "mail.unfit": (),
    "button.status": (), "button.cancel_waiting": (), "button.keep_waiting": (),
    "secret.seed": (), "secret.key": (), "secret.password": (), "secret.api": (), "secret.card": (), "secret.code": (), "secret.id": (), "secret.hex_ask": (),
}
"""The same, of what `bot/conversations` and `bot/desk` say when the dialogue does not."""

TELEGRAM_COMMANDS = ("start", "help", "lang", "human", "status", "stop", "verify")
TELEGRAM_REPLIES: dict[str, tuple[str, ...]] = {
    "telegram.agent": ("name",), "telegram.expired": (), "telegram.help": (), "telegram.language": (),
    "telegram.verify": ("first", "second"), "telegram.verify_nothing": (), "telegram.secret_deleted": (), "telegram.secret_stays": (),
    "telegram.voice": (), "telegram.sticker": (), "telegram.video": (), "telegram.contact": (), "telegram.location": (), "telegram.other": (),
    "telegram.file_type": (), "telegram.file_large": (), "telegram.file_lost": (), "telegram.file_broken": (), "telegram.files_many": (),
    "telegram.link_asked": ("name",), "telegram.link_bad": (), "telegram.linked": (), "telegram.link_refused": (), "telegram.unlinked": (),
    "telegram.group": ("address",), "telegram.description": (), "telegram.short_description": (),
    "button.simplified": (), "button.traditional": (), "button.english": (), "button.not_me": (), "button.unlink": (),
    **{f"telegram.command.{name}": () for name in TELEGRAM_COMMANDS},
}
"""The same, of what `bot/channels/telegram` says."""
