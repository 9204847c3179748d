"""Settings, all from the environment. docs/settings.md says what each means."""

from pathlib import Path
from urllib.parse import urlsplit

import django_stubs_ext
from csp.constants import NONE, SELF

from inquiry.config.settings import env, keys, logs

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parents[3]
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / "var"))).resolve()

SITE_URL = env.site_url("SITE_URL", "http://127.0.0.1:8000")
SECURE = SITE_URL.startswith("https://")
DEBUG = env.flag("DEBUG")

SECRET_KEY = env.kept_secret("SECRET_KEY", DATA_DIR / "keys", env.new_secret, embedded=not SECURE)
# Earlier secrets: signatures and return codes made with them stay valid.
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
FIELD_KEYS = env.field_keys(
    env.kept_secret("FIELD_KEYS", DATA_DIR / "keys", env.new_key, embedded=not SECURE)
)

# Signs bundles. Signatures of former keys stay valid.
SIGNING_KEY = keys.signing_key(
    "SIGNING_KEY",
    env.kept_secret("SIGNING_KEY", DATA_DIR / "keys", keys.new_signing_key, embedded=not SECURE),
)
SIGNING_KEYS_FORMER = keys.public_keys("SIGNING_KEYS_FORMER")

_HOST = urlsplit(SITE_URL).hostname or "127.0.0.1"
ALLOWED_HOSTS = [_HOST, *([] if SECURE else ["localhost", "127.0.0.1", "[::1]"])]
CSRF_TRUSTED_ORIGINS = [SITE_URL]
# The same site under a neutral name, for links in letters to witnesses.
LETTER_SITE_URL = env.site_url("LETTER_SITE_URL", SITE_URL)
if LETTER_SITE_URL != SITE_URL:
    ALLOWED_HOSTS.append(urlsplit(LETTER_SITE_URL).hostname or "")
    CSRF_TRUSTED_ORIGINS.append(LETTER_SITE_URL)
# The same site for Tor Browser, which does not need to leave the Tor network then.
ONION_URL = env.onion_url("ONION_URL")
if ONION_URL:
    ALLOWED_HOSTS.append(urlsplit(ONION_URL).hostname or "")
    CSRF_TRUSTED_ORIGINS.append(ONION_URL)

INSTALLED_APPS = [
    "inquiry.config.admin_site.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.forms",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "django_filters",
    "inquiry.apps.InquiryConfig",
    "evidence.apps.EvidenceConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "evidence.web.middleware.CautiousHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "inquiry.config.urls"
WSGI_APPLICATION = "inquiry.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "evidence.web.context_processors.ways",
            ],
        },
    },
]
FORM_RENDERER = "evidence.web.forms.PageForms"

DATABASES = {"default": env.database("DATABASE_URL", DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STORAGES = {
    **env.stores("STORAGE_URL", DATA_DIR / "stores"),
    "default": {"BACKEND": "evidence.files.storage.NoDefaultStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "templates" / "static"]
WHITENOISE_USE_FINDERS = not SECURE

# If this names nginx's internal location, nginx serves the files (docs/operating.md).
ACCEL_LOCATION = env.accel_location("ACCEL_LOCATION", STORAGES)

AUTH_USER_MODEL = "inquiry.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "staff-home"
LOGOUT_REDIRECT_URL = "home"

LANGUAGE_CODE = "en-gb"
# Addresses of Welsh pages begin with /cy/, so the language needs no cookie.
LANGUAGES = [("en-gb", "English"), ("cy", "Cymraeg")]
# Our own translations take precedence over Django's.
LOCALE_PATHS = [BASE_DIR / "evidence" / "locale"]
TIME_ZONE = "Europe/London"
USE_I18N = True
# Times on the 24-hour clock: 17:48, not 5:48 p.m.
FORMAT_MODULE_PATH = ["inquiry.config.formats"]
USE_TZ = True

# --- What a browser may do with our pages -------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}
# Not "no-referrer": with it browsers send "Origin: null" with forms, which the CSRF check refuses.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# One cookie, for the session: the CSRF token is in the session too.
CSRF_USE_SESSIONS = True
SESSION_COOKIE_NAME = "session"
SESSION_ENGINE = "evidence.web.sessions"
# For staff; that of a witness is shorter (evidence/web/sessions.py).
SESSION_COOKIE_AGE = 8 * 60 * 60
CSRF_FAILURE_VIEW = "evidence.web.witness.ended_session.csrf_failed"

# --- What a witness may send -------------------------------------------------------------------
LARGEST_FILE = env.whole_number("LARGEST_FILE_MB", 25) * 1024 * 1024
MOST_FILES = env.whole_number("MOST_FILES", 10)
# The most that can be uploaded for verification at once. It is not stored.
LARGEST_CHECKED = env.whole_number("LARGEST_CHECKED_MB", 600) * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["evidence.files.upload_handlers.CappedUpload"]
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_TEMP_DIR = None
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 40
# The admin posts a row for each submission chosen.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# The target of the quick exit, and the header with a visitor's address behind a web server. The
# address is only counted (docs/limits.md) and never stored.
QUICK_EXIT_URL = env.secure_url("QUICK_EXIT_URL", "https://www.bbc.co.uk/weather")
CLIENT_ADDRESS_HEADER = env.text("CLIENT_ADDRESS_HEADER")

CLAMD_URL = env.address("CLAMD_URL", {"tcp", "unix"})

# --- Letters -----------------------------------------------------------------------------------
globals().update(env.email("EMAIL_URL", DATA_DIR))
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "Information service <information@localhost>")

# --- Work --------------------------------------------------------------------------------------
CELERY_BROKER_URL = env.address(
    "CELERY_BROKER_URL", {"redis", "rediss", "unix", "memory"}, "memory://"
)
# The embedded broker cannot reach other processes, so the worker polls the database instead.
NOTIFY_BROKER = not CELERY_BROKER_URL.startswith("memory")
CELERY_TASK_DEFAULT_QUEUE = env.text("CELERY_QUEUE", "evidence")
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "global_keyprefix": env.text("CELERY_PREFIX", "evidence:"),
    # Do not wait for a broker that is down (by default 6 s a message), because the row is the
    # queue. Workers try to reach it for ever.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.2,
    # How often the embedded broker checks its own memory. Other brokers notify the worker.
    **({} if NOTIFY_BROKER else {"polling_interval": 0.1}),
}
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_TIME_LIMIT = 2 * 60 * 60
# A process of a worker that has grown beyond this (in KB) is replaced after its job.
CELERY_WORKER_MAX_MEMORY_PER_CHILD = env.whole_number("WORKER_MEMORY_MB", 600) * 1000
CELERY_TIMEZONE = TIME_ZONE
POLL_SECONDS = 0.4 if not NOTIFY_BROKER else 5.0
LEASE_SECONDS = env.whole_number("LEASE_SECONDS", 60)
ATTEMPTS = env.whole_number("ATTEMPTS", 3)
# After so many days the files of a bundle are removed from storage; 0 for never.
BUNDLE_DAYS = env.whole_number("BUNDLE_DAYS", 90, least=0)
# The folder for unfinished work, such as bundles before they are stored.
WORK_DIR = str(env.made_folder("WORK_DIR", Path(env.text("WORK_DIR", str(DATA_DIR / "working")))))
# How many workers may make bundles at once. The others stay free for other jobs.
BUILDS_AT_ONCE = env.whole_number("BUILDS_AT_ONCE", 1)

# With this token, /health/ gives numbers. Without one it never does.
HEALTH_TOKEN = env.token("HEALTH_TOKEN")

LOGGING = logs.config(level=env.choice("LOG_LEVEL", "INFO", logs.LEVELS))
logs.configure()
