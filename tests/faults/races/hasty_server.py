"""A web process without protection: the control of every race."""

import os
from pathlib import Path

from gevent import monkey

monkey.patch_all()

from tests.faults.races.haste import unprotected  # noqa: E402
from village_hub import serve  # noqa: E402

if __name__ == "__main__":
    with unprotected(Path(os.environ["VILLAGE_HUB_HOME"]) / "looking"):
        serve.main()
