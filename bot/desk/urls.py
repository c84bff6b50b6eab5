"""Django's own addresses, mounted at /desk/ by bot/asgi.py: signing in and the agent's account. The console itself is Starlette's (bot/desk/console/app.py)."""
from django.urls import path

from bot.desk.console import login

urlpatterns = [
    path("login", login.sign_in),
    path("login/code", login.second_factor),
    path("account", login.account),
    path("account/password", login.change_password),
    path("account/factor", login.change_factor),
]
