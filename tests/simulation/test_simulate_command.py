"""What an operator types, and what a simulation never touches."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from village_hub.cli import main
from village_hub.simulation import HoldsSomething, Rates, rates_of, simulate
from village_hub.simulation.rates import sourced

pytestmark = pytest.mark.once

TINY = ("--days", "2", "--rate", "residents=60", "--rate", "volunteers=10")


def typed(home: Path, *words: str) -> Result:
    environment = {"VILLAGE_HUB_ENVIRONMENT": "development", "VILLAGE_HUB_HOME": str(home)}
    return CliRunner().invoke(main, ["simulate", *words], env=environment)


def test_a_simulation_is_told_in_words_or_as_one_object(tmp_path: Path) -> None:
    words, figures = typed(tmp_path, *TINY), typed(tmp_path, *TINY, "--json")

    assert (words.exit_code, figures.exit_code) == (0, 0)
    told = json.loads(figures.output)
    assert (told["seed"], told["days"], told["mode"]) == (1, 2, "engine")
    assert f"wishes{told['wishes']:>32}" in words.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "words", [("--rate", "wishes=3"), ("--rule", "minimum=3"), ("--rate", "residents=many"), ("--mode", "magic")]
)
def test_what_there_is_not_is_refused(tmp_path: Path, words: tuple[str, ...]) -> None:
    refused = typed(tmp_path, *words)

    assert refused.exit_code == 2


def test_a_database_that_holds_anything_is_left_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'theirs.sqlite3'}"
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE something_of_theirs (name TEXT)"))
        connection.execute(sa.text("INSERT INTO something_of_theirs VALUES ('here')"))

    refused = typed(tmp_path, *TINY, "--database", url)
    with pytest.raises(HoldsSomething):
        simulate(seed=1, days=1, mode="engine", url=url)

    assert refused.exit_code == 2
    assert "이미 내용이 있습니다" in refused.output
    assert sa.inspect(engine).get_table_names() == ["something_of_theirs"]
    engine.dispose()


def test_every_rate_says_where_it_comes_from() -> None:
    assert all(len(each["source"]) >= len("assumed") for each in sourced().values())
    assert rates_of({"no_show": 0.5}).no_show == 0.5
    assert isinstance(rates_of(), Rates)
