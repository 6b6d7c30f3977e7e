"""Django's settings, from the environment: SQLite and this machine alone unless told otherwise.

``DATABASE_URL`` names another database (``postgresql://…``), ``PASSAVANT_HOSTS`` the host names served, joined by commas,
``PASSAVANT_PLAIN_HTTP=1`` allows sign-in without TLS (a trial on one machine), ``PASSAVANT_NAME`` is what the portal calls itself,
``PASSAVANT_SMTP`` the server that sends its mail (``smtp://user:password@mail.example:587``; ``smtps`` for TLS from the start).
Nothing secret stands here.
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from passavant.portal.oidc.configuration import form_targets, providers
from passavant.settings import home

_HERE = Path(__file__).resolve().parent
_LOCAL = ("localhost", "127.0.0.1", "[::1]")
_plain = os.environ.get("PASSAVANT_PLAIN_HTTP") == "1"
_hosts = [name for name in os.environ.get("PASSAVANT_HOSTS", "").split(",") if name]

DEBUG = False
SECRET_KEY = os.environ.get("PASSAVANT_PORTAL_KEY", "")
ALLOWED_HOSTS = _hosts or list(_LOCAL)
CSRF_TRUSTED_ORIGINS = [f"https://{name}" for name in _hosts]
PASSAVANT_PROXIES = int(os.environ.get("PASSAVANT_PROXIES", "0"))  # web servers of one's own before this one
PASSAVANT_OUTBOUND_PORTS = os.environ.get("PASSAVANT_OUTBOUND_PORTS", "443,8443")  # of webhooks
PASSAVANT_WEBHOOK_LOOPBACK = os.environ.get("PASSAVANT_WEBHOOK_LOOPBACK") == "1"  # to this machine, without TLS: trials
ROOT_URLCONF = "passavant.portal.urls"
WSGI_APPLICATION = "passavant.portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "passavant.portal.people",
    "passavant.portal.trail",
    "passavant.portal.jobs",
    "passavant.portal.oidc",
    "passavant.portal.operations",
    "passavant.portal.operators",
    "passavant.portal.webhooks",
    "passavant.portal.declarations",
    "passavant.portal.cases",
    "passavant.portal.look",
    "passavant.portal.public",
    "passavant.portal.analysis",
    "passavant.portal.rulebook",
    "passavant.portal.administration",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",  # allauth's templates say "three days ago"
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "csp",
    "ninja",
]
MIDDLEWARE = [
    "passavant.portal.operations.metrics.MeasureRequests",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "passavant.portal.look.language.KeepLanguage",
    "passavant.portal.people.second_factor.RequireSecondFactor",
    "passavant.portal.api.requests.MethodsInWords",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {
    "default": dj_database_url.config(
        default=f"sqlite:///{home() / 'portal.sqlite'}", conn_max_age=60, conn_health_checks=True
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A writer takes its lock at once and waits for others; readers never wait (WAL); what is committed is on the disk.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
# One for all processes: limits on sign-in count everywhere, and a code of the second factor is used up everywhere.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
# For how long a worker that says nothing keeps its work from others: it renews the lease six times in that time.
#: Where declarations are decided: by the decision process of `passavant serve`, or in the process that was asked.
PASSAVANT_DECISIONS = os.environ.get("PASSAVANT_DECISIONS", "process")
#: Seconds between two copies of the journal into the lake.
PASSAVANT_COMPACT_SECONDS = int(os.environ.get("PASSAVANT_COMPACT_SECONDS", "300"))
PASSAVANT_LEASE_SECONDS = float(os.environ.get("PASSAVANT_LEASE_SECONDS", "60"))

# A rule may come into force once it was back-tested on so many days; how many controls the office can make in a day.
PASSAVANT_BACK_TEST_DAYS = int(os.environ.get("PASSAVANT_BACK_TEST_DAYS", "7"))
_controls = os.environ.get("PASSAVANT_CONTROLS_A_DAY", "")
PASSAVANT_CONTROLS_A_DAY = int(_controls) if _controls else None

#: Hours after its decision within which customs answers a case, by lane.
PASSAVANT_ANSWER_HOURS = {
    "red": int(os.environ.get("PASSAVANT_ANSWER_HOURS_RED", "24")),
    "yellow": int(os.environ.get("PASSAVANT_ANSWER_HOURS_YELLOW", "48")),
}

#: Most MiB of files that the answers of one operator bring in a day.
PASSAVANT_ANSWER_MIB_A_DAY = int(os.environ.get("PASSAVANT_ANSWER_MIB_A_DAY", "500"))

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are made by an administrator, who knows the person
ACCOUNT_ADAPTER = "passavant.portal.people.adapters.NoSignUp"
ALLAUTH_TRUSTED_PROXY_COUNT = PASSAVANT_PROXIES
ACCOUNT_FORMS = {
    "change_password": "passavant.portal.look.passwords.ChangePassword",
    "reset_password_from_key": "passavant.portal.look.passwords.NewPassword",
    "set_password": "passavant.portal.look.passwords.SetPassword",
}
ACCOUNT_SESSION_REMEMBER = False  # a session ends with the browser: nobody is asked
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/300s/key"}
SOCIALACCOUNT_ADAPTER = "passavant.portal.oidc.accounts.ExistingAccountsOnly"
SOCIALACCOUNT_PROVIDERS = providers()
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no stranger makes the portal write to anybody
_mail = urlsplit(os.environ.get("PASSAVANT_SMTP", ""))
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if _mail.hostname else 'dummy'}.EmailBackend"
EMAIL_HOST, EMAIL_PORT = _mail.hostname or "", _mail.port or (465 if _mail.scheme == "smtps" else 587)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_mail.username or ""), unquote(_mail.password or "")
EMAIL_USE_SSL, EMAIL_USE_TLS = _mail.scheme == "smtps", _mail.scheme != "smtps"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("PASSAVANT_MAIL_FROM") or f"passavant@{(_hosts or _LOCAL)[0]}"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {"add_webauthn": "passavant.portal.look.passkeys.AddPasskey"}
LOGIN_URL = "account_login"  # by name: its address depends on the language
LOGIN_REDIRECT_URL = ACCOUNT_LOGOUT_REDIRECT_URL = "home"
CSRF_FAILURE_VIEW = "passavant.portal.look.errors.csrf_failure"
FORM_RENDERER = "passavant.portal.look.forms.Renderer"
PORTAL_NAME = os.environ.get("PASSAVANT_NAME") or "Passavant"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LOCALE_PATHS = [_HERE / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = home() / "static"
_built = _HERE.parent / "web" / "static" / "portal"  # by `make page`; the page of seals is served by a view of its own
STATICFILES_DIRS = [("portal", _built)] if _built.is_dir() else []
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_IMMUTABLE_FILE_TEST = r"\.[0-9a-f]{12}\."  # the digest in a built file's name

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF, *form_targets()],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = not _plain
SECURE_REDIRECT_EXEMPT = [r"^health$"]  # asked from the machine itself, without TLS
SECURE_HSTS_SECONDS = 0 if _plain else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not _plain
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = not _plain
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 32 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "passavant.portal.uploads.WithinLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"their_faults": {"()": "passavant.portal.operations.logs.TheirFaults"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["their_faults"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
