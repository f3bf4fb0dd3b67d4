"""A web process that pushes only what somebody has rung for: the control of the tests without a doorbell."""

from gevent import monkey

monkey.patch_all()

from village_hub import serve  # noqa: E402
from village_hub.live.fanout import Fanout  # noqa: E402


def _sees_nothing(_fanout: Fanout) -> set[str]:
    return set()


if __name__ == "__main__":
    setattr(Fanout, "_behind", _sees_nothing)  # noqa: B010
    serve.main()
