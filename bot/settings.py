"""Django's settings, derived from bot.config. Nothing here is read from the environment directly."""
from datetime import timedelta

from bot.config import ROOT, config

_config = config()
_config.home.mkdir(parents=True, exist_ok=True)

SECRET_KEY = _config.secret_key.get_secret_value()
DEBUG = False
ALLOWED_HOSTS = list(_config.allowed_hosts)
DATABASES = {"default": _config.database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = _config.timezone
LANGUAGE_CODE = "en"
USE_I18N = True
AUTH_USER_MODEL = "desk.Agent"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
INSTALLED_APPS = [
    "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
    "django_otp", "django_otp.plugins.otp_totp", "axes",
    "bot.conversations", "bot.desk", "bot.channels.telegram",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "axes.middleware.AxesMiddleware",
]
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
# Five wrong passwords for one name from one address: nothing more for a quarter of an hour. Kept in the database, so that
# several processes count together. By name and address: a stranger cannot lock an agent out of his own desk.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_LOCKOUT_CALLABLE = "bot.desk.console.login.locked_out"
OTP_TOTP_ISSUER = "Support desk"
TEMPLATES = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "DIRS": [ROOT / "bot" / "desk" / "console" / "templates"],
    "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
}]
ROOT_URLCONF = "bot.desk.urls"
SESSION_COOKIE_NAME = "desk"
SESSION_COOKIE_PATH = "/desk"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _config.desk_https == "on"
SESSION_COOKIE_AGE = _config.desk_session_hours * 3600
CSRF_COOKIE_PATH = "/desk"
X_FRAME_OPTIONS = "DENY"
# Whoever starts the process configures logging; Django's default would mail errors with request data in them.
LOGGING_CONFIG = None
