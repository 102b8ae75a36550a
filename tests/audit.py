"""Ask whether an advisory names a package that a deployment installs: `make audit`.

Exit status 1 where one does. Where the service of the advisories cannot be reached, one line says so, and it is 0.
"""

import subprocess
import sys
import urllib.error
import urllib.request
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SERVICE = "https://api.osv.dev/"
FOLDER = ROOT / ".venv" / "audit"


def reached(service: str = SERVICE) -> bool:
    """Whether anything answers there."""
    try:
        urllib.request.urlopen(service, timeout=10).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def command() -> list[str]:
    """pip-audit over the locked list, in an environment of its own, which is made where it is missing."""
    tool, lock = FOLDER / "bin" / "pip-audit", ROOT / "requirements-audit.txt"
    if not tool.exists():
        venv.create(FOLDER, with_pip=True)
        pip = [str(FOLDER / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--require-hashes", "--requirement", str(lock)], check=True)
    given = ["--requirement", str(ROOT / "requirements.txt"), "--require-hashes", "--disable-pip"]
    return [str(tool), *given, "--vulnerability-service", "osv", "--progress-spinner", "off"]


def main() -> int:
    if not reached():
        print(f"No audit: {SERVICE} cannot be reached from here.")
        return 0
    return subprocess.run(command(), check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
