"""Django's own addresses: the operators' admin. Everything a visitor reaches is Starlette's (bot/channels)."""
from django.contrib import admin
from django.urls import path

admin.site.site_header = "Support desk"
admin.site.site_title = "Support desk"
admin.site.index_title = "Desk"

urlpatterns = [path("admin/", admin.site.urls)]
