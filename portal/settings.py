"""One settings file, driven by the environment; secure unless PORTAL_ENV says development."""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
PORTAL_ENV = os.environ.get("PORTAL_ENV", "production")
DEVELOPMENT = PORTAL_ENV == "development"
PORTAL_VAR = Path(os.environ.get("PORTAL_VAR", str(BASE_DIR / "var")))


def _required(name: str, in_development: str) -> str:
    """The environment variable, or a harmless value in development; production must name its own."""
    value = os.environ.get(name, "")
    if value:
        return value
    if DEVELOPMENT:
        return in_development
    raise ImproperlyConfigured(f"Set {name}: production does not start without it.")


def _database(url: str) -> dict[str, object]:
    """Django's dictionary for a postgresql:// address."""
    parts = urlsplit(url)
    return {
        "ENGINE": "portal.db",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"options": "-c timezone=UTC -c statement_timeout=60000 -c lock_timeout=10000"},
    }


SECRET_KEY = _required("SECRET_KEY", "development-only-key-" + "x" * 40)
DEBUG = False
ALLOWED_HOSTS = [h for h in os.environ.get("ALLOWED_HOSTS", "").split(",") if h] or (
    ["localhost", "127.0.0.1", "testserver"] if DEVELOPMENT else []
)
# Where people find the portal; links in letters begin with it.
PORTAL_URL = _required("PORTAL_URL", f"http://localhost:{os.environ.get('PORT') or 8000}").rstrip("/")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("CSRF_TRUSTED_ORIGINS", "").split(",") if o]

_app_url = _required("DATABASE_URL", "postgresql://portal_app@127.0.0.1:5432/portal")
DATABASES = {
    # default: the application's role, held by row-level security. batch: set-based nightly work, sees all
    # relationships. owner: migrations only.
    "default": {**_database(_app_url), "ATOMIC_REQUESTS": True},
    "batch": _database(os.environ.get("DATABASE_BATCH_URL", _app_url)),
    "owner": _database(os.environ.get("DATABASE_OWNER_URL", _app_url)),
}
for _alias in ("batch", "owner"):
    DATABASES[_alias]["OPTIONS"] = {"options": "-c timezone=UTC"}
    DATABASES[_alias]["CONN_MAX_AGE"] = 0

REDIS_URL = _required("REDIS_URL", "redis://127.0.0.1:6379/0")

INSTALLED_APPS = [
    "portal",
    "value",
    "kpis",
    "governance",
    "relationships",
    "accounts",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "django_htmx",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "portal.lib.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.middleware.ScopeMiddleware",
    "accounts.middleware.TimeZoneMiddleware",
    "portal.lib.refusals.DatabaseRefusalMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "django.templatetags.l10n",
                "portal.templatetags.addresses",
                "portal.templatetags.wording",
                "portal.templatetags.ui",
                "portal.templatetags.charts",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.shell",
            ],
        },
    }
]

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["accounts.backends.WithOrganisation"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # people come by invitation, which proves the address
ACCOUNT_ADAPTER = "accounts.adapter.InvitationOnly"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_NOTIFICATIONS = True  # whoever changed a password, its owner hears of it
ACCOUNT_FORMS = {
    "login": "accounts.sign_in.SignInForm",
    "change_password": "accounts.sign_in.PasswordForm",
    "set_password": "accounts.sign_in.FirstPasswordForm",
    "reset_password": "accounts.sign_in.ForgottenPasswordForm",
    "reset_password_from_key": "accounts.sign_in.NewPasswordForm",
    "reauthenticate": "accounts.sign_in.ReauthenticateForm",
}
ACCOUNT_SESSION_REMEMBER = True

EMAIL_URL = urlsplit(os.environ.get("EMAIL_URL", ""))
if EMAIL_URL.scheme in {"smtp", "smtps"}:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = EMAIL_URL.hostname or "localhost", EMAIL_URL.port or 25
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = (
        unquote(EMAIL_URL.username or ""),
        unquote(EMAIL_URL.password or ""),
    )
    EMAIL_USE_SSL = EMAIL_URL.scheme == "smtps"
else:  # without a mail server, letters lie in a folder where the operator can read them
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(PORTAL_VAR / "mail")
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "Common Ground <portal@example.org>")

CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "portal.views.errors.csrf_failure"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = not DEVELOPMENT
SECURE_REDIRECT_EXEMPT = [r"^healthz/$"]  # asked by the machine next to it, without TLS
SECURE_HSTS_SECONDS = 0 if DEVELOPMENT else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not DEVELOPMENT
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if os.environ.get("BEHIND_PROXY") == "1":
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # Rate limits count by the address that the proxy saw, not by the proxy's own, nor by what a client claims.
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT", str(PORTAL_VAR / "static")))
MEDIA_ROOT = PORTAL_VAR / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": os.environ.get("STATICFILES_STORAGE", "portal.lib.staticfiles.FlattenedManifestStorage")
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEST_NON_SERIALIZED_APPS: list[str] = []

CELERY_BROKER_URL = REDIS_URL
CELERY_RESULT_BACKEND = None  # results live in our own run table
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 1500
CELERY_TASK_SOFT_TIME_LIMIT = 1400
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 1800, "unacked_restore_interval": 1}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(PORTAL_VAR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    # Hourly, because each relationship's night ends at its own hour; the tasks themselves are idempotent.
    "score-the-nights-that-ended": {"task": "value.score_ended_nights", "schedule": crontab(minute=10)},
    "score-what-changed": {"task": "value.score_changed", "schedule": 5.0},
    "resume-uploads": {"task": "kpis.resume_uploads", "schedule": 300.0},
    "propose-spells": {"task": "kpis.propose_spells", "schedule": 5.0},
    "go-on-rejudging": {"task": "kpis.go_on_rejudging", "schedule": 5.0},
    "run-clocks": {"task": "kpis.run_clocks", "schedule": 60.0},
    "expire-agreements": {"task": "relationships.expire_agreements", "schedule": 300.0},
    "write-letters-of-waiting": {"task": "relationships.write_letters_of_waiting", "schedule": 300.0},
    "watch-wiggle-room": {"task": "kpis.watch_room", "schedule": 60.0},
    "close-pulses": {"task": "kpis.close_pulses", "schedule": 60.0},
    "remind-of-pulses": {"task": "relationships.remind_of_pulses", "schedule": 300.0},
    "deliver-outbox": {"task": "accounts.deliver_outbox", "schedule": 15.0},
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["portal.api.authentication.SessionSignIn"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "portal.api.problems.handler",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "COERCE_DECIMAL_TO_STRING": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Common Ground API",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "portal.api.schema.add_problems",
    ],
    "ENUM_NAME_OVERRIDES": {
        "SideEnum": "relationships.models.Side",
        "StageEnum": "relationships.models.Stage",
        "ContractKindEnum": "relationships.models.Contract.Kind",
        "AgreementKindEnum": "relationships.models.Agreement.Kind",
        "AgreementOutcomeEnum": "relationships.models.Agreement.Outcome",
        "ReadingStateEnum": "kpis.models.Reading.State",
        "FlexRuleKindEnum": "kpis.models.FlexRule.Kind",
        "ReviewCauseEnum": "kpis.models.Review.Cause",
        "SignalCauseEnum": "kpis.domain.signals.Cause",
        "ScoreStateEnum": "value.models.Score.State",
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
