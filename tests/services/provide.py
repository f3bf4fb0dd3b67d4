"""`python -m tests.services.provide`: makes sure that the real servers and the real browser can be had, or fails."""

from __future__ import annotations

import sys

from tests.services import browser, postgres, valkey
from tests.services.installing import Unavailable


def main() -> int:
    """Prints where each service is; 1 when one is missing."""
    missing = 0
    for name, provide in (("PostgreSQL", postgres.provide), ("Valkey", valkey.provide), ("Chromium", browser.provide)):
        try:
            print(f"{name}: {provide()}")
        except Unavailable as problem:
            missing += 1
            print(f"{name}: {problem}", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
