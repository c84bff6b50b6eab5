"""New words are told from quoted ones, wherever they stand."""
from __future__ import annotations

import pytest

from bot.desk.mail.letters import LINE
from bot.desk.mail.reading import new_words


@pytest.mark.parametrize(("body", "words"), [
    ("还没到\n\n在 2026年11月22日，客服 <a@example.com> 写道：\n> 引用\n> 二", "还没到"),
    ("還沒到\n\nExample Support <a@example.com> 於 2026年11月22日 週日 下午3:00寫道：\n\n> 引用", "還沒到"),
    ("Still nothing\n\nOn Mon, Nov 22, 2026 at 3:00 PM Support <a@example.com> wrote:\n> hi\n", "Still nothing"),
    ("好了\n\n------------------ 原始邮件 ------------------\n发件人: \"客服\" <a@example.com>;\n主题: x\n\n正文", "好了"),
    ("好了\r\n发件人: 客服 <a@example.com>\r\n发送时间: 2026年11月22日\r\n正文", "好了"),
    (f"好了\n\n回复时，请在这条线以上回复。\n{LINE}\n\n小李：\n引用", "好了"),
    ("> 您好，请发截图\n\n截图发不了，怎么办", "截图发不了，怎么办"),
    ("在 2026年11月22日，客服写道：\n> 请发哈希\n\n哈希是 abc", "哈希是 abc"),
    ("已收到\n\n发自我的iPhone", "已收到"),
    ("Thanks\n-- \nSome One\nSome Company", "Thanks"),
    ("第一行\n\n第二行", "第一行\n\n第二行"),
    ("", ""),
])
def test_what_is_new_is_found(body, words):
    assert new_words(body) == words
