"""`python -m tests.bench`: measure the product on PostgreSQL with fsync on."""

import argparse
import os
import signal
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.report import Row, machine, text_of, write_json
from tests.bench.server import ROOT, Product, own_servers
from tests.bench.sink import Sink, mail_sink
from tests.engines.services import FailedError, PostgreSQL, free_port

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.bench.jobs import Bench

# Which job is measured by which function; memory comes after the load of the others, starting last.
JOBS = {
    "open-form": "tests.bench.jobs.open_by_form",
    "open-api": "tests.bench.jobs.open_by_api",
    "list": "tests.bench.jobs.desk_list",
    "ticket": "tests.bench.jobs.long_ticket",
    "reply": "tests.bench.jobs.reply",
    "mail": "tests.bench.mail.incoming",
    "search": "tests.bench.searching.searching",
    "meaning": "tests.bench.meaning.meaning",
    "reads": "tests.bench.jobs.reads",
    "outages": "tests.bench.outages.outages",
    "live": "tests.bench.processes.live",
    "memory": "tests.bench.processes.memory",
    "start": "tests.bench.processes.cold_start",
    "embedded": "tests.bench.processes.embedded",
}


def main() -> int:
    options = _options()
    # Before the environment becomes that of the product under measurement, whose folder goes with it.
    kept = Path(os.environ.get("VAR_DIR") or ROOT / "var") / "bench"
    facts: dict[str, object] = {"tickets": options.tickets, **machine()}
    say(f"{options.tickets} tickets; {facts['processors']} processors, load {facts['load_before']:.1f}")
    with own_servers() as (folder, postgresql, redis), mail_sink(folder) as sink:
        variables = {
            "DATABASE_URL": postgresql.url,
            "REDIS_URL": redis.url,
            "EMAIL_URL": sink.url,
        }
        (folder / "var").mkdir()
        product = Product(folder / "var", free_port(), variables)
        rows, facts["rows"] = _measure(product, postgresql, sink, kept, options)
    path = options.json or kept / f"{time.strftime('%Y%m%d-%H%M%S')}.json"
    write_json(path, rows, facts)
    missed = [goal for row in rows for goal in row.goals if not goal.is_met]
    say(f"\n{len(missed)} goals missed. Written to {path}")
    return 0


def _measure(
    product: Product, postgresql: PostgreSQL, sink: Sink, kept: Path, options: argparse.Namespace
) -> tuple[list[Row], dict[str, int]]:
    product.manage("prepare")
    numbers = _generate(product, options.tickets)
    jobs = import_module("tests.bench.jobs")
    sizes = jobs.QUICK if options.quick else jobs.Sizes()
    product.start_web()
    product.start_workers()
    rows: list[Row] = []
    try:
        bench: Bench = jobs.Bench(product, sink, postgresql.url, postgresql.postmaster, sizes, kept)
        bench.long_ticket  # noqa: B018 - found while it still is the only one
        for name in options.only or JOBS:
            for row in _job(name)(bench):
                say("\n".join(text_of(row)))
                rows.append(row)
    finally:
        product.stop()
    return rows, numbers


def _generate(product: Product, tickets: int) -> dict[str, int]:
    """Fill the database from this process, which from now on knows the product's settings."""
    os.environ.update(product.environment | {"DJANGO_SETTINGS_MODULE": "config.settings"})
    import_module("django").setup()
    started = time.perf_counter()
    numbers: dict[str, int] = import_module("tests.bench.generator").Generator(tickets).run()
    say(f"{sum(numbers.values())} rows made in {time.perf_counter() - started:.0f} s: {numbers}")
    return numbers


def _job(name: str) -> "Callable[[Bench], list[Row]]":
    """Import the job, which knows Django, only now that it is set up."""
    module, _dot, function = JOBS[name].rpartition(".")
    job: Callable[[Bench], list[Row]] = getattr(import_module(module), function)
    return job


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--tickets", type=int, default=100_000, help="how many there are already (100000)")
    parser.add_argument("--only", nargs="+", choices=list(JOBS), metavar="NAME", help=f"of {', '.join(JOBS)}")
    parser.add_argument("--quick", action="store_true", help="fewer requests, to try the bench itself")
    parser.add_argument("--json", type=Path, help="where to write the numbers (VAR_DIR/bench/)")
    return parser.parse_args()


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - this is what the bench is for


if __name__ == "__main__":
    # So that the servers it started end with it.
    signal.signal(signal.SIGTERM, lambda *_signal: sys.exit("bench: stopped"))
    try:
        sys.exit(main())
    except FailedError as error:
        sys.exit(f"bench: {error}")
