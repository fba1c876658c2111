"""PostgreSQL, Redis and Elasticsearch for tests and benches, from nothing: `start | stop | status | env`.

`start` prints what to export. What DATABASE_URL, REDIS_URL or ELASTICSEARCH_URL name already is used as it is.
"""

import argparse
import sys

from tests.engines.services.machine import FailedError, say
from tests.engines.services.running import SERVERS, exports, own_folder, start, status, stop


def main() -> int:
    parser = argparse.ArgumentParser(prog="services", description=__doc__)
    parser.add_argument("command", choices=["start", "stop", "status", "env"])
    parser.add_argument("--only", nargs="+", choices=[kind.name for kind in SERVERS], help="these servers alone")
    parser.add_argument("--durable", action="store_true", help="fsync on, for benches")
    wanted = parser.parse_args()
    kinds = [kind for kind in SERVERS if wanted.only is None or kind.name in wanted.only]
    with own_folder() as folder:
        if wanted.command == "stop":
            stop(folder, kinds=kinds)
        elif wanted.command == "status":
            return status(folder, kinds=kinds)
        else:
            if wanted.command == "start":
                start(folder, kinds=kinds, durable=wanted.durable)
            print("\n".join(exports(folder, kinds=kinds)))  # noqa: T201 - for `eval`
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except FailedError as error:
        say(f"services: {error}")
        sys.exit(1)
