"""Django's settings. One of them is meant to be set: ``DATABASE_URL``."""

import os

from rygrad.site.database import DEFAULT_DATABASE, database

DATABASES = {"default": database(os.environ.get("DATABASE_URL", DEFAULT_DATABASE))}
INSTALLED_APPS = ["rygrad.record"]
USE_TZ = True
TIME_ZONE = "Europe/Copenhagen"
LANGUAGE_CODE = "da"
SECRET_KEY = os.environ.get("RYGRAD_SECRET_KEY", "only-for-commands-that-sign-nothing")
