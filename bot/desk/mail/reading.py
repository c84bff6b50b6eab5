"""What a mail says: bytes in, dataclass out. Mail is a stranger's: any header may be missing, doubled, huge or broken. No database, no network."""
from __future__ import annotations

import email
import email.policy
import re
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parseaddr

from html_text import extract_text
from mailparser_reply import EmailReplyParser

from bot.desk.mail.letters import LINE

MOST_CHARACTERS = 30_000
"""Of a body that are looked at; far more than is kept of a message."""
MOST_PARTS = 50
MOST_FILES = 5
_AUTOMATIC = ("x-autoreply", "x-autorespond", "list-id", "list-unsubscribe", "list-post", "x-loop")
_MESSAGE_ID = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]{3,190}>")
# What the library does not know: how mail programs in China introduce what they quote.
_INTRODUCTION = re.compile(
    r"^\s*(?:[-_ ]{0,20}(?:原始邮件|原始郵件|转发的邮件|回复的原邮件|Original Message|Forwarded message)[-_ ]{0,20}|(?:在|於|于)?\s?.{0,120}(?:写道|寫道|編寫|撰写|撰寫)\s?[:：]|.{0,120}于\s?\d{4}年.{0,80}[:：]|(?:发件人|寄件者|寄件人)\s?[:：].{0,200})\s*$")
_ABOVE = re.compile(r"请在这条线以上回复|請在這條線以上回覆|Please write your answer above this line", re.I)
_SIGNATURE = re.compile(r"^(?:-- ?|(?:发自|傳自|從|从|来自|寄自)?我的.{0,20}(?:手机|手機|iPhone|iPad|Android).{0,20}|(?:发自|傳自|寄自|从|從)\s?.{0,30}(?:手机|手機|iPhone|iPad|邮箱|郵箱|Outlook).{0,20}|Sent from my .{0,40})$", re.I)


@dataclass(frozen=True)
class Mail:
    """One mail. `kind`: answer; bounce (it reports that ours was not delivered for good); automatic (nobody wrote it)."""

    kind: str
    sender: str = ""
    """The address in From, in small letters."""
    message_id: str = ""
    """With its angle brackets; empty where there is none that can be used."""
    text: str = ""
    """What is new in it, without what it quotes and without a signature."""
    files: tuple[tuple[str, bytes], ...] = ()
    """(name, content) of what is attached."""
    left_out: int = 0
    """Attachments beyond MOST_FILES."""


class Unreadable(ValueError):
    """No mail, or one that cannot be taken apart."""


def read(content: bytes, envelope_sender: str | None) -> Mail:
    """Takes a mail apart. Raises Unreadable.

    Args:
        envelope_sender: of the SMTP transaction; empty: a report, which is never answered (RFC 5321).
    """
    try:
        return _read(email.message_from_bytes(content, policy=email.policy.default), envelope_sender)
    # The standard library's parser answers broken headers with many kinds of errors.
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError, email.errors.MessageError) as error:
        raise Unreadable(type(error).__name__) from None


def _read(message: EmailMessage, envelope_sender: str | None) -> Mail:
    if not envelope_sender or message.get_content_type() == "multipart/report":
        return Mail("bounce" if _failed(message) else "automatic")
    if _automatic(message):
        return Mail("automatic")
    files, left_out = _files(message)
    found = _MESSAGE_ID.search(str(message.get("Message-ID", ""))[:400])
    return Mail("answer", parseaddr(str(message.get("From", ""))[:400])[1].lower(), found[0] if found else "", new_words(_body(message)), files, left_out)


def new_words(text: str) -> str:
    """A body without what it quotes and without a signature, whether the new words stand above or below what is quoted."""
    text = text[:MOST_CHARACTERS].replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    kept: list[str] = []
    for number, line in enumerate(lines):
        if line.lstrip().startswith(">"):
            continue
        if LINE in line:
            kept = _without_introduction(kept)
            break
        if _INTRODUCTION.match(line):
            following = next((each for each in lines[number + 1:] if each.strip()), "")
            if following.lstrip().startswith(">"):
                continue
            break
        if _SIGNATURE.match(line.strip()):
            break
        kept.append(line)
    found = EmailReplyParser(languages=["en", "zh"]).parse_reply("\n".join(kept)).strip()
    if found or LINE in text:
        return found
    # Rather a quotation too much than a word lost.
    return "\n".join(line for line in lines if not line.lstrip().startswith(">")).strip()


def _without_introduction(lines: list[str]) -> list[str]:
    """Without our sentence above the line, and what a program wrote above that."""
    while lines and (not lines[-1].strip() or _ABOVE.search(lines[-1])):
        lines.pop()
    return lines


def _automatic(message: EmailMessage) -> bool:
    said = str(message.get("Auto-Submitted", "no")).strip().lower()
    bulk = str(message.get("Precedence", "")).strip().lower()
    return not said.startswith("no") or bulk in ("bulk", "junk", "list", "auto_reply") or any(message.get(name) is not None for name in _AUTOMATIC)


def _failed(message: EmailMessage) -> bool:
    """A delivery report (RFC 3464) of a failure that is final."""
    for number, part in enumerate(message.walk()):
        if number > MOST_PARTS:
            return False
        if part.get_content_type() == "message/delivery-status":
            return any(str(block.get("Action", "")).strip().lower() == "failed" for block in part.get_payload() if hasattr(block, "get"))
    return False


def _body(message: EmailMessage) -> str:
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    charset = part.get_content_charset() or "utf-8"
    raw = part.get_payload(decode=True) or b""
    try:
        text = raw.decode(charset, "replace")
    except LookupError:
        text = raw.decode("utf-8", "replace")
    text = text[:20 * MOST_CHARACTERS].replace("\x00", "")
    return extract_text(text) if part.get_content_type() == "text/html" else text


def _files(message: EmailMessage) -> tuple[tuple[tuple[str, bytes], ...], int]:
    found, left_out = [], 0
    for part in message.iter_attachments() if message.is_multipart() else ():
        content = part.get_payload(decode=True) if not part.is_multipart() else None
        if not content:
            continue
        if len(found) < MOST_FILES:
            found.append((str(part.get_filename() or "")[:200], content))
        else:
            left_out += 1
    return tuple(found), left_out
