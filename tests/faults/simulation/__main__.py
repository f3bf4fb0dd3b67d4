"""Replay: `python -m tests.faults.simulation SEED` or a whole history as it stands at the head of a story."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.faults.simulation.ground import Ground
from tests.faults.simulation.history import History
from tests.faults.simulation.playing import stage
from tests.faults.simulation.stages import STAGES
from village_hub.app import create_app
from village_hub.kernel import migrations
from village_hub.kernel.db import Database
from village_hub.kernel.settings import Settings

if __name__ == "__main__":
    told = sys.argv[1]
    history = History.read(told) if ":" in told else History.of_seed(int(told), list(STAGES))
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        url = f"sqlite:///{home}/simulation.sqlite3"
        migrations.upgrade(url)
        settings = Settings(environment="test", secret_key="only-for-tests-" * 3, home=home)
        ground = Ground(url, create_app(settings, Database(url)))
        with stage(ground, history.stage) as play:
            outcome = play(history)
        ground.close()
    print(*outcome.story, outcome.digest, sep="\n")
