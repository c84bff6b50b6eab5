"""Operators' view of tickets in Django's admin: a list to work through, and a page to take, answer, resolve and return one. First version of the console."""
from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from bot.conversations import runtime
from bot.desk import tickets
from bot.desk.models import Agent, Ticket
from bot.desk.priority import explain

REPLY_CHARACTERS = 4000


@admin.register(Agent)
class AgentAdmin(UserAdmin):
    """People of the desk; visitors see the alias."""

    list_display = ("username", "alias", "is_active", "is_staff")
    fieldsets = (*UserAdmin.fieldsets, ("Desk", {"fields": ("alias",)}))
    add_fieldsets = (*UserAdmin.add_fieldsets, ("Desk", {"fields": ("alias", "is_staff")}))


@admin.register(Ticket)
class TicketAdmin(admin.ModelAdmin):
    """Tickets, the most urgent and oldest first. Nothing is typed into a ticket; it changes by what is done with it."""

    list_display = ("number", "priority", "queue", "flow", "state", "assignee", "created")
    list_filter = ("state", "priority", "queue", "flow", "assignee")
    search_fields = ("number",)
    ordering = ("rank", "created")
    actions = ("take_selected",)
    change_form_template = "admin/desk/ticket/page.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Ticket | None = None) -> bool:
        return False

    def get_urls(self) -> list:
        return [path("<int:pk>/do/<str:deed>/", self.admin_site.admin_view(require_POST(self.do)), name="desk_ticket_do"), *super().get_urls()]

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict | None = None) -> HttpResponse:
        """The ticket's page; a change of the form itself is refused."""
        if request.method == "POST":
            return HttpResponseRedirect(request.path)
        ticket = self.get_object(request, object_id)
        shown = self._shown(request, ticket) if ticket else {}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **shown})

    def do(self, request: HttpRequest, pk: int, deed: str) -> HttpResponse:
        """Take, reply, resolve or return; back to the page with what came of it."""
        ticket = self.get_object(request, str(pk))
        page = HttpResponseRedirect(reverse("admin:desk_ticket_change", args=[pk]))
        if ticket is None or not self.has_change_permission(request, ticket):
            messages.error(request, "There is no such ticket, or it is not yours to change.")
            return HttpResponseRedirect(reverse("admin:desk_ticket_changelist"))
        try:
            if deed == "take":
                tickets.take(ticket, request.user)
            elif deed == "reply":
                tickets.reply(ticket, request.user, request.POST.get("text", "")[:REPLY_CHARACTERS])
            elif deed == "resolve":
                tickets.resolve(ticket, request.user)
            elif deed == "return":
                tickets.give_back(ticket, request.user)
            else:
                messages.error(request, "That cannot be done with a ticket.")
                return page
        except tickets.NotPossible as reason:
            messages.error(request, str(reason))
            return page
        self.log_change(request, ticket, deed)
        runtime.changed(ticket.conversation_id)
        return page

    @admin.action(description="Take the selected tickets", permissions=["change"])
    def take_selected(self, request: HttpRequest, chosen: QuerySet[Ticket]) -> None:
        for ticket in chosen:
            try:
                tickets.take(ticket, request.user)
            except tickets.NotPossible as reason:
                messages.error(request, str(reason))
            else:
                runtime.changed(ticket.conversation_id)

    def get_readonly_fields(self, request: HttpRequest, obj: Ticket | None = None) -> list[str]:
        return [field.name for field in Ticket._meta.fields]

    def _shown(self, request: HttpRequest, ticket: Ticket) -> dict[str, Any]:
        seen = max((line["seq"] for line in ticket.transcript), default=0)
        return {
            "ticket": ticket,
            "reasons": [explain(reason) for reason in ticket.reasons],
            "fields": [{"name": name, **record} for name, record in ticket.fields.items()],
            "transcript": ticket.transcript,
            "since": tickets.transcript(ticket.conversation, seen),
            "mine": ticket.state == Ticket.State.TAKEN and ticket.assignee_id == request.user.pk,
            "live": ticket.state in tickets.LIVE,
            "may_change": self.has_change_permission(request, ticket),
        }
