"""Gives staff the files that visitors sent. Visitors get their own through the channel (bot/channels/web/files.py)."""
from __future__ import annotations

from django.contrib.admin.views.decorators import staff_member_required
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from bot.conversations import uploads


@require_safe
@staff_member_required
def download(request: HttpRequest, conversation_id: int, file_id: str) -> FileResponse:
    """GET files/{conversation}/{id}: the bytes, with headers that let a browser only show or save them."""
    upload = uploads.find(conversation_id, file_id)
    if upload is None:
        raise Http404
    return FileResponse(upload.path.open("rb"), content_type=upload.kind, as_attachment=True, filename=upload.id, headers=uploads.SAFE_HEADERS)
