"""`python -m village_hub.matching.engine` compiles every loop, so that no later process waits for it."""

from __future__ import annotations

from village_hub.matching.engine.warming import warm_up

if __name__ == "__main__":
    warm_up()
