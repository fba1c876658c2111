"""The product's settings with what makes tests quick; engines are those the environment names."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

_var = Path(tempfile.mkdtemp(prefix="aanspreekpunt-tests-"))
atexit.register(shutil.rmtree, _var, ignore_errors=True)
os.environ["VAR_DIR"] = str(_var)
os.environ.setdefault("SECRET_KEY", "tests-only")
# Each worker its own Redis: the cache one test empties, and the groups one test listens to, are not another's.
_worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
if os.environ.get("REDIS_URL"):
    os.environ["REDIS_URL"] = urlsplit(os.environ["REDIS_URL"])._replace(path=f"/{_worker[2:]}").geturl()

from config.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
if not EMBEDDED:  # noqa: F405
    # Publishing knows no databases.
    CHANNEL_LAYERS["default"]["CONFIG"]["prefix"] = f"tests-{_worker}"  # noqa: F405

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # A file, as in the product: in memory, threads would share one connection's locks.
    DATABASES["default"]["TEST"] = {"NAME": _var / "test.sqlite3"}  # noqa: F405
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"  # noqa: F405

# Who tests with a cluster asks for one, under names of its own; that which the environment names may be in use.
ELASTICSEARCH_URL = ""
SEARCH_BACKEND = "tantivy"
