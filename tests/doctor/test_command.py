"""`village-hub doctor`: what it says, and the exit code that monitoring goes by."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from village_hub.cli import main
from village_hub.doctor import INVARIANTS
from village_hub.kernel.db import Database
from village_hub.kernel.signals import SignalStream, WrittenSignal

RULE = "The signals of every stream that are still kept follow each other without a gap, up to the latest."
RULE_IN_KOREAN = "모든 흐름에 남아 있는 신호는 가장 최근 것까지 빠짐없이 이어집니다."


def test_a_sound_database_is_told_so(own_url: str, tmp_path: Path) -> None:
    outcome = doctor(own_url, tmp_path)

    assert outcome.exit_code == 0
    assert f"{len(INVARIANTS)} rules were looked at, 0 do not hold." in outcome.output
    assert f"규칙 {len(INVARIANTS)}개를 점검했고" in outcome.output


def test_a_broken_rule_is_told_with_its_rows_and_what_to_do(own_database: Database, tmp_path: Path) -> None:
    gaps(own_database, 25)

    outcome = doctor(own_database.url, tmp_path)

    assert outcome.exit_code == 1
    for words in (
        RULE,
        RULE_IN_KOREAN,
        "stream club:07, count 1, first 3",
        "Report the fault",
        "and 5 more",
        "1 do not hold",
    ):
        assert words in outcome.output


def test_monitoring_reads_the_same_as_one_object(own_database: Database, tmp_path: Path) -> None:
    gaps(own_database, 25)

    told = json.loads(doctor(own_database.url, tmp_path, "--json").output)

    assert told["checked"] == len(INVARIANTS)
    assert [(each["name"], each["rule"], each["count"], len(each["named"])) for each in told["broken"]] == [
        ("kernel.signals_are_complete", RULE, 25, 20)
    ]


def test_where_there_is_no_database_none_is_made(tmp_path: Path) -> None:
    missing = tmp_path / "missing.sqlite3"

    outcome = doctor(f"sqlite:///{missing}", tmp_path)

    assert outcome.exit_code == 2
    assert "아직 데이터베이스가 없습니다." in outcome.output
    assert "There is no database yet." in outcome.output
    assert not missing.exists()


def test_a_database_of_another_version_is_not_looked_at(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/empty.sqlite3"
    with sa.create_engine(url).begin() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR)")

    outcome = doctor(url, tmp_path)

    assert outcome.exit_code == 2
    assert "The database belongs to another version." in outcome.output


def test_a_database_that_is_away_is_not_taken_for_a_sound_one(tmp_path: Path) -> None:
    outcome = doctor("postgresql+psycopg://nobody@127.0.0.1:9/none?connect_timeout=2", tmp_path)

    assert outcome.exit_code == 2
    assert "The database does not answer" in outcome.output


@pytest.mark.parametrize(("name", "value"), [("ENVIRONMENT", "somewhere"), ("PORT", "door")])
def test_settings_that_make_no_sense_are_no_finding(name: str, value: str, tmp_path: Path) -> None:
    outcome = doctor(f"sqlite:///{tmp_path}/none.sqlite3", tmp_path, **{f"VILLAGE_HUB_{name}": value})

    assert outcome.exit_code == 2


def gaps(database: Database, number: int) -> None:
    """Streams that have counted four signals and lost the fourth."""
    now = database.clock.now()
    with database.write_session() as session:
        for each in range(number):
            stream = f"club:{each:02}"
            session.add(SignalStream(stream=stream, seq=4))
            session.add(WrittenSignal(stream=stream, seq=3, type="club.changed", payload={}, occurred_at=now))


def doctor(url: str, home: Path, *arguments: str, **environment: str) -> Result:
    """Run the command on this database."""
    given = {"VILLAGE_HUB_DATABASE_URL": url, "VILLAGE_HUB_HOME": str(home), "VILLAGE_HUB_ENVIRONMENT": "test"}
    return CliRunner().invoke(main, ["doctor", *arguments], env=given | environment)
