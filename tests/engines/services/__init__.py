"""Servers for tests and benches. Needs only the standard library, because it runs before any environment exists."""

from tests.engines.services.elasticsearch import Elasticsearch
from tests.engines.services.machine import FailedError, free_port, own, unprivileged, wait_until
from tests.engines.services.postgresql import DATABASE, PostgreSQL
from tests.engines.services.redis import Redis
from tests.engines.services.running import install, own_folder

__all__ = [
    "DATABASE",
    "Elasticsearch",
    "FailedError",
    "PostgreSQL",
    "Redis",
    "free_port",
    "install",
    "own",
    "own_folder",
    "unprivileged",
    "wait_until",
]
