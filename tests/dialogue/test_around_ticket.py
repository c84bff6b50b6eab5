from __future__ import annotations

import pytest

from bot.dialogue import around_ticket

SAYS = {
    around_ticket.leaves: (
        ["算了它自己到账了", "算了没事了", "nevermind, it filled by itself", "close it", "不用了", "取消吧", "stop waiting", "取消等待", "nvm", "please close the ticket", "can you close my ticket?",
         "关了吧", "不用人工了", "it arrived, close it", "到账了，不用了谢谢", "no need anymore thanks", "i don't need help anymore", "不需要了，已经解决了", "沒事了", "請取消等待"],
        ["取消提现失败", "不用了还是失败", "没到账", "cancel my order", "why did you cancel it", "he told me to close it and send money", "关于工单", "关闭不了页面", "can't close it",
         "forget it i lost everything", "不用了谷歌验证器还是提示", "算了还没到账", "算了反正也没人管", "don't close it", "不要关闭"],
    ),
    around_ticket.over: (
        ["算了它自己到账了", "算了没事了", "nevermind, it filled by itself", "问题已经解决了", "it arrived", "到账了", "i got my money", "it went through, thanks", "刚刚自己解开了", "已经好了"],
        ["算了", "close it", "还没到账", "到账了一半", "到账了吗", "it has not arrived", "is it solved?", "if it arrived", "只到账了一部分", "算了等到账再说", "不用了", "stop waiting",
         "another deposit arrived but not this one", "到账了但是少了10个"],
    ),
    around_ticket.stays: (
        ["keep waiting", "继续等", "我再等等", "先不关", "don't close it", "不要关闭", "i'll wait", "no, keep waiting", "還是等吧", "leave it open"],
        ["怎么还要等", "等多久", "i have been waiting for hours", "等等我的币呢"],
    ),
    around_ticket.asks_where: (
        ["我排第几", "到我了吗", "还要等多久", "前面几个人", "am i next", "what number am i", "what's my position in line", "how many people are before me", "還要等多久", "怎么还没人"],
        ["我转到我的钱包了", "到我了就好", "how do i move the coins", "我的提现排了3天"],
    ),
    around_ticket.nods: (
        ["yes thanks", "ok", "好的谢谢", "thanks", "嗯", "ok thank you so much", "知道了", "👍", "Okay!"],
        ["ok but where is my money", "好的我的uid是123", "thanks for nothing", "没有", "no", "好了"],
    ),
    around_ticket.agrees: (
        ["好", "是的", "yes", "close it", "yes please", "好的谢谢", "关吧", "取消吧", "yes close it", "关闭"],
        ["no", "不", "先不关", "继续等", "yes but my money is still missing", "好像还没到", "am i next", "不用关"],
    ),
    around_ticket.declines: (["no", "不", "不要", "先不关", "keep waiting", "no thanks", "不要关"], ["yes", "不用了，到账了", "no my money is still gone"]),
    around_ticket.denies_despair: (
        ["i'm not suicidal", "我没有想不开", "I am not suicidal!", "no i'm not suicidal, i just want my money", "我不会自杀的", "我没有想不开，我只是着急", "我沒有想不開", "i'm not going to kill myself"],
        ["i don't want to die", "我不想死", "i'm not suicidal just tired of living", "我不想活了", "i want to die", "i'm not ok", "我没有活路了", "我没有想不开但是活着没意思", "我不想死但是撑不住了", "没有想不开只是想解脱"],
    ),
}


@pytest.mark.parametrize(("says", "text"), [(says, text) for says, (meant, _) in SAYS.items() for text in meant])
def test_the_words_are_known(says, text):
    assert says(text)


@pytest.mark.parametrize(("says", "text"), [(says, text) for says, (_, other) in SAYS.items() for text in other])
def test_other_words_do_not_count(says, text):
    assert not says(text)


def test_a_label_is_compared_without_case_marks_and_script():
    assert around_ticket.label("取消等待。") == around_ticket.label("取消等待")
    assert around_ticket.label("繼續等") == around_ticket.label("继续等")
    assert around_ticket.label(" STOP waiting!") == around_ticket.label("Stop waiting")


@pytest.mark.parametrize("text", ["嗯" * 59 + "x", "好的" * 29 + "x", "k" * 59 + "x", "我没有" + "想要" * 27 + "x", "我没有想不开" + "。 " * 26 + "x", "ok " * 19 + "x", "先" * 58 + "x", "取消" * 29 + "x"])
def test_words_repeated_without_end_are_read_all_the_same(text: str) -> None:
    """A pattern that tries every way to cut such a text never comes back."""
    said = (around_ticket.nods, around_ticket.agrees, around_ticket.declines, around_ticket.stays, around_ticket.leaves, around_ticket.denies_despair)
    assert not any(ask(text) for ask in said)
