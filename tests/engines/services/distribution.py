"""The program Elasticsearch, from Maven, unpacked once for each user of the machine."""

import os
import shutil
import subprocess
import sys
import tempfile
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

from tests.engines.services.machine import FailedError, say

VERSION = "8.19.21"
# The genuine server without its optional modules, as its makers test with.
ARTIFACT = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
# Of the file whose SHA-1 Maven gives as 8861771bbfe2fab12ccc386bc8b4c5c6f9619865.
SHA256 = "215d5f3dbf0609a149f6218a9e47b6ae2df34ebbff3c5754e35f15a5e5393c8a"
JAVA_FOLDERS = "/usr/lib/jvm"


def missing_packages() -> list[str]:
    java = [] if java_home() else ["openjdk-17-jre-headless"]
    maven = [] if shutil.which("mvn") or home().exists() else ["maven"]
    return java + maven


def java_home() -> Path | None:
    found = sorted(Path(JAVA_FOLDERS).glob("java-17-openjdk-*/bin/java"))
    return found[0].parents[1] if found else None


def home() -> Path:
    """Return where the program is, or will be."""
    return _cache() / f"elasticsearch-{VERSION}"


def unpacked() -> Path:
    """Return the program's folder, fetching it first where it is not here yet."""
    if home().exists():
        return home()
    _cache().mkdir(mode=0o755, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_cache()) as folder:
        with ZipFile(_fetched(Path(folder))) as archive:
            archive.extractall(folder)
        made = Path(folder) / home().name
        for path in (made, *made.rglob("*")):
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
        if not home().exists():
            made.rename(home())
    return home()


def _cache() -> Path:
    # Not in root's home, where the server's own user cannot enter.
    if os.geteuid() == 0:
        return Path("/var/cache/aanspreekpunt")
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "aanspreekpunt"


def _fetched(folder: Path) -> Path:
    say(f"fetching Elasticsearch {VERSION}")
    wanted = ["dependency:copy", f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={folder}", "-Dmdep.useBaseVersion=true"]
    command = ["mvn", "-q", "-B", *wanted]
    done = subprocess.run(command, check=False, cwd=folder, stdin=subprocess.DEVNULL, stdout=sys.stderr)
    path = folder / f"elasticsearch-{VERSION}.zip"
    if done.returncode or not path.exists():
        raise FailedError(f"Maven does not give {ARTIFACT}; set ELASTICSEARCH_URL to use another")
    if sha256(path.read_bytes()).hexdigest() != SHA256:
        raise FailedError(f"{ARTIFACT} is not the file it was")
    return path
