"""Django's settings. What a site sets, it sets in the environment; ``docs/reference/settings.md`` names each."""

import os
from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF

from rygrad.site.database import DEFAULT_DATABASE, database
from rygrad.site.secretkey import secret_key

DATABASES = {"default": {**database(os.environ.get("DATABASE_URL", DEFAULT_DATABASE)), "CONN_MAX_AGE": None}}
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "axes",
    "rygrad.record",
    "rygrad.web",
    "rygrad.fhir",
]
MIDDLEWARE = [
    "rygrad.web.headers.Headers",  # first: whoever of the others answers, the headers are there
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "rygrad.web.headers.Refusals",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # pads its answers at random, against guessing secrets from their length
    "django.contrib.sessions.middleware.SessionMiddleware",
    "rygrad.web.language.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "rygrad.web.answers.Answers",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "rygrad.site.urls"
WSGI_APPLICATION = "rygrad.site.server.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["django.templatetags.l10n", "rygrad.web.templatetags.rygrad"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "rygrad.web.pages.around",
            ],
        },
    }
]
USE_TZ = True
TIME_ZONE = "Europe/Copenhagen"
LANGUAGE_CODE = "da"
LANGUAGES = [("da", "Dansk"), ("en", "English")]

DEMO = os.environ.get("RYGRAD_DEMO") == "1"
# Without a key of its own a process signs with one nobody knows, and sessions end with it.
SECRET_KEY = secret_key(os.environ.get("RYGRAD_SECRET_KEY", ""), is_demo=DEMO)
ALLOWED_HOSTS = os.environ.get("RYGRAD_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("RYGRAD_ORIGINS", "").split(",") if origin]
IS_HTTPS = os.environ.get("RYGRAD_HTTPS") == "1"
PROXY = os.environ.get("RYGRAD_PROXY", "")

STATIC_URL = "/static/"
STATIC_ROOT = Path(__file__).resolve().parent.parent / "web" / "static"
WHITENOISE_MAX_AGE = 3600
WHITENOISE_ALLOW_ALL_ORIGINS = False

SESSION_COOKIE_AGE = 60 * int(os.environ.get("RYGRAD_SESSION_MINUTES", "30"))
LONGEST_SESSION = 3600 * int(os.environ.get("RYGRAD_SESSION_HOURS", "12"))
# A browser keeps a cookie of this name only from this very host, and encrypted.
COOKIE_PREFIX = "__Host-" if IS_HTTPS else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid", f"{COOKIE_PREFIX}csrftoken"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = IS_HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^(fhir|oauth/|cds-services)"]  # refused instead: rygrad.web.headers
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "rygrad.web.answers.csrf_failed"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
MESSAGE_STORAGE = "rygrad.web.receipts.Receipts"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "object-src": [NONE],
        "style-src": [SELF],
        "script-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "rygrad.web.passwordrules.NotGuessable"},
]
LOGIN_URL = "/log-ind"
PASSWORD_RESET_TIMEOUT = 86_400
# A stranger who guesses locks out strangers, not the person whose name it is: rygrad/web/lockout.py.
AXES_HANDLER = "rygrad.web.lockout.Lockout"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address", "user_agent"]]
AXES_USERNAME_CALLABLE = "rygrad.web.attempts.name_of"
AXES_CLIENT_IP_CALLABLE = "rygrad.web.attempts.address_of"
AXES_LOCKOUT_CALLABLE = "rygrad.web.login.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# Login through a national or regional broker. What it is told and asked: rygrad/web/oidc.py.
OIDC_ISSUER = os.environ.get("RYGRAD_OIDC_ISSUER", "")
OIDC = bool(OIDC_ISSUER)
OIDC_RP_CLIENT_ID = os.environ.get("RYGRAD_OIDC_CLIENT_ID", "")
OIDC_RP_CLIENT_SECRET = os.environ.get("RYGRAD_OIDC_CLIENT_SECRET", "")
OIDC_RP_SCOPES = os.environ.get("RYGRAD_OIDC_SCOPES", "openid profile")
OIDC_TOKEN_USE_BASIC_AUTH = os.environ.get("RYGRAD_OIDC_TOKEN_AUTH", "basic") == "basic"
OIDC_ENDPOINTS = {
    "authorization_endpoint": os.environ.get("RYGRAD_OIDC_AUTHORIZATION_ENDPOINT", ""),
    "token_endpoint": os.environ.get("RYGRAD_OIDC_TOKEN_ENDPOINT", ""),
    "jwks_uri": os.environ.get("RYGRAD_OIDC_JWKS_ENDPOINT", ""),
    "userinfo_endpoint": os.environ.get("RYGRAD_OIDC_USERINFO_ENDPOINT", ""),
}
OIDC_CLAIM_USER = os.environ.get("RYGRAD_OIDC_CLAIM_USER", "sub")
OIDC_CLAIM_NAME = os.environ.get("RYGRAD_OIDC_CLAIM_NAME", "name")
OIDC_CLAIM_ORGANISATION = os.environ.get("RYGRAD_OIDC_CLAIM_ORGANISATION", "organisation")
OIDC_CLAIM_ROLE = os.environ.get("RYGRAD_OIDC_CLAIM_ROLE", "role")
OIDC_ROLES = os.environ.get("RYGRAD_OIDC_ROLES", "")
OIDC_ACR = os.environ.get("RYGRAD_OIDC_ACR", "").split()
OIDC_REGISTERS = os.environ.get("RYGRAD_OIDC_REGISTERS") == "1"
OIDC_ONLY = OIDC and os.environ.get("RYGRAD_OIDC_ONLY") == "1"
OIDC_USE_PKCE = OIDC_USE_NONCE = True
OIDC_TIMEOUT = 10
if OIDC:
    AUTHENTICATION_BACKENDS.append("rygrad.web.oidc.Broker")

# Bugs are logged by their place in the code; what was typed or read is never written to a log.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
            "datefmt": "%Y-%m-%dT%H:%M:%S%z",
        }
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "plain"},
        "none": {"class": "logging.NullHandler"},
    },
    "loggers": {
        "rygrad": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "django": {"handlers": ["none"], "propagate": False},
        "axes": {"handlers": ["none"], "propagate": False},
    },
}

# Other systems: the address they call us by, whose signed calls of CDS Hooks are believed, and local order codes.
ADDRESS = os.environ.get("RYGRAD_ADDRESS", "http://localhost:8000").rstrip("/")
CDS_ISSUERS = os.environ.get("RYGRAD_CDS_ISSUERS", "")
ORDER_CODES = os.environ.get("RYGRAD_ORDER_CODES", "")

# Where `rygrad indicators` wrote what the region's pages show; empty: they say how it is made.
INDICATORS = os.environ.get("RYGRAD_INDICATORS", "")
