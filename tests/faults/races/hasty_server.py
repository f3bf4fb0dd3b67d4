"""A web process without protection: the control of every race."""

from gevent import monkey

monkey.patch_all()

from tests.faults.races.haste import unprotected  # noqa: E402
from village_hub import serve  # noqa: E402
from village_hub.kernel.settings import Settings  # noqa: E402

if __name__ == "__main__":
    with unprotected(Settings.from_environment().home / "looking"):
        serve.main()
