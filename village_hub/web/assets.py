"""Built front-end files by their plain name; their real names carry a hash, so browsers may keep them for ever."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from flask import Flask, Response, request, url_for

ROOT = Path(__file__).resolve().parents[2] / "static"
DIST = ROOT / "dist"


@cache
def _manifest() -> dict[str, str]:
    built = DIST / "manifest.json"
    return json.loads(built.read_text()) if built.exists() else {}


def asset(name: str) -> str:
    """The address of a built file, such as `main.css`."""
    return url_for("static", filename=_manifest().get(name, name))


def init_app(app: Flask) -> None:
    """Offer `asset()` to templates and let hashed files be kept for a year."""
    app.jinja_env.globals["asset"] = asset

    @app.after_request
    def _keep(response: Response) -> Response:
        if request.endpoint == "static" and "-" in request.path.rpartition("/")[2]:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response
