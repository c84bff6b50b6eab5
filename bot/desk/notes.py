"""Private notes on a ticket: for colleagues, never shown to the visitor and never in a transcript. Synchronous."""
from __future__ import annotations

from django.db import models, transaction

from bot.conversations import clock
from bot.safety.guard import guard

MOST_CHARACTERS = 10_000


class Note(models.Model):
    """One note. It stands in the conversation where it was written: behind the message numbered `seq`."""

    ticket = models.ForeignKey("desk.Ticket", on_delete=models.CASCADE, related_name="notes")
    agent = models.ForeignKey("desk.Agent", null=True, on_delete=models.SET_NULL, related_name="+", help_text="empty: from an outside desk")
    name = models.CharField(max_length=60, help_text="who wrote it, as colleagues know him")
    text = models.TextField()
    seq = models.PositiveIntegerField(help_text="the conversation's last message at that time")
    key = models.CharField(max_length=64, help_text="the writer's own id: sent twice, written once")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "key"], name="one_note_per_key")]
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.at}"


def add(ticket, by, text: str, key: str) -> Note:
    """Writes a note, also on a closed ticket; the same `key` again is the same note. Secrets in it are masked.

    Args:
        ticket: a Ticket.
        by: an Agent, or an actor of bot/desk/actors.py.
        text: what it says.
        key: 8 to 64 letters, digits, - and _.
    """
    from bot.desk import actors
    from bot.desk.events import tell
    from bot.desk.tickets import NotPossible

    actor = actors.of(by)
    text = guard(text.replace("\x00", "").strip()[:MOST_CHARACTERS], asked="tx_hash").text
    if not text:
        raise NotPossible("Write something first.", "text_empty")
    with transaction.atomic():
        note, made = Note.objects.get_or_create(ticket=ticket, key=key, defaults={
            "agent": actor.agent, "name": actor.shown_as or actor.name, "text": text, "seq": ticket.conversation.last_seq, "at": clock.now()})
        if made:
            tell(ticket, "noted", actor, note=note.pk)
    return note
