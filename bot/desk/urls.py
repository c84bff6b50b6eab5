"""Django's own addresses, mounted at /desk/ by bot/asgi.py: the operators' admin. What a visitor reaches is Starlette's (bot/channels)."""
from django.contrib import admin
from django.urls import path

from bot.desk import files

admin.site.site_header = "Support desk"
admin.site.site_title = "Support desk"
admin.site.index_title = "Desk"

urlpatterns = [
    path("files/<int:conversation_id>/<str:file_id>", files.download, name="visitor-file"),
    path("", admin.site.urls),
]
