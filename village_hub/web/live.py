"""A page says which streams it shows; it then starts listening exactly where its rows were read."""

from __future__ import annotations

from flask import Flask, g
from sqlalchemy.orm import Session

from village_hub.kernel import signals
from village_hub.web.accounts import current_account

#: What is said in these streams concerns every page: the reader's name and menu, places' names and whom to call.
PLACES = "places"
ON_EVERY_PAGE = (
    "person.renamed", "role.granted", "role.ended", "village.joined", "village.left", "places.changed",
)  # fmt: skip


def listen(session: Session, *streams: str) -> None:
    """Note the streams' positions, and those of what every page shows.

    A reading session sees one moment: nothing falls between a page's rows and its positions.
    """
    account = current_account()
    framing = [PLACES, f"person:{account.id}"] if account else [PLACES]
    g.setdefault("live_streams", []).extend(streams)
    g.setdefault("live_positions", {}).update(signals.heads(session, [*streams, *framing]))


def init_app(app: Flask) -> None:
    """Give templates the positions that the page listens from."""

    @app.context_processor
    def _positions() -> dict[str, object]:
        return {
            "live_positions": g.get("live_positions", {}),
            "live_streams": g.get("live_streams", []),
            "live_always": ON_EVERY_PAGE,
        }
