"""A page says which streams it shows; it then starts listening exactly where its rows were read."""

from __future__ import annotations

from flask import Flask, g
from sqlalchemy.orm import Session

from village_hub.kernel import signals


def listen(session: Session, *streams: str) -> None:
    """Note the streams' positions. Call it before the page's rows are read, so that nothing falls in between."""
    g.setdefault("live_positions", {}).update(signals.heads(session, streams))


def init_app(app: Flask) -> None:
    """Give templates the positions that the page listens from."""

    @app.context_processor
    def _positions() -> dict[str, object]:
        positions = g.get("live_positions", {})
        return {"live_positions": positions, "live_streams": list(positions)}
