"""The gevent process: pages and sockets on one port. Patching must come before anything else is imported."""

from gevent import monkey

monkey.patch_all()

from village_hub.app import create_app  # noqa: E402
from village_hub.kernel.settings import Settings  # noqa: E402
from village_hub.live import server  # noqa: E402


def main() -> None:
    """Serve until asked to stop."""
    settings = Settings.from_environment()
    server.serve(create_app(settings), host=settings.host, port=settings.port)


if __name__ == "__main__":
    main()
