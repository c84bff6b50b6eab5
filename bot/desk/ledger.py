"""The audit log's tables: entries that chain and never change, and their contents, which retention may delete. Writing and checking: bot/desk/audit.py."""
from __future__ import annotations

from django.db import models


class AuditEntry(models.Model):
    """Who did what to what, and the digest of what exactly. The database refuses to change or delete it (bot/desk/guards.py)."""

    seq = models.PositiveBigIntegerField(primary_key=True, help_text="from 1, without a gap")
    at = models.DateTimeField()
    actor = models.CharField(max_length=60, help_text="agent:<id>, visitor, bot, worker, operator, desk:<name>")
    action = models.CharField(max_length=40)
    subject = models.CharField(max_length=80, help_text="ticket:<number>, conversation:<key>, ...")
    digest = models.CharField(max_length=64, help_text="SHA-256 of salt and content")
    chain = models.CharField(max_length=64, help_text="SHA-256 of the entry before and this one's columns")

    class Meta:
        indexes = [models.Index(fields=["subject", "seq"], name="audit_of_subject")]
        ordering = ["seq"]

    def __str__(self) -> str:
        return f"{self.seq} {self.actor} {self.action} {self.subject}"


class AuditContent(models.Model):
    """What exactly an entry is about, with its salt: without the salt nobody can guess the content from the digest."""

    entry = models.OneToOneField(AuditEntry, primary_key=True, on_delete=models.PROTECT, related_name="content")
    salt = models.CharField(max_length=32)
    body = models.JSONField()


class AuditHead(models.Model):
    """The last entry's number and chain; its lock puts writers in a row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.PositiveBigIntegerField(default=0)
    chain = models.CharField(max_length=64, blank=True)
