from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.factories.imports import a_file, course
from tests.imports.reading.files import LIBRARY, table
from village_hub.cli import main


@pytest.fixture
def environment(own_url: str, tmp_path: Path) -> dict[str, str]:
    return {
        "VILLAGE_HUB_ENVIRONMENT": "test",
        "VILLAGE_HUB_HOME": str(tmp_path / "home"),
        "VILLAGE_HUB_DATABASE_URL": own_url,
        "VILLAGE_HUB_IMPORT_LIMIT": "100000",
    }


def test_a_file_is_imported_and_exported_by_commands(environment: dict[str, str], tmp_path: Path) -> None:
    source, target = a_file(tmp_path, [course(), course(강좌명="둘째")]), tmp_path / "out.csv"

    first = run(environment, "import", "courses", source)
    exported = run(environment, "export", "courses", "--encoding", "cp949", target)
    second = run(environment, "import", "courses", target)

    assert (first.exit_code, exported.exit_code, second.exit_code) == (0, 0, 0)
    assert "2 rows: 2 new, 0 changed, 0 already here, 0 refused." in first.output
    assert "2 rows: 0 new, 0 changed, 2 already here, 0 refused." in second.output
    assert "처음 배우는 수채화" in target.read_bytes().decode("cp949")


def test_an_export_goes_to_the_terminal_where_no_file_is_named(environment: dict[str, str], tmp_path: Path) -> None:
    run(environment, "import", "courses", a_file(tmp_path, [course()]))

    exported = run(environment, "export", "courses")

    assert exported.stdout_bytes.startswith(b"\xef\xbb\xbf")
    assert exported.stdout_bytes.count(b"\r\n") == 2


def test_a_dry_run_lists_the_problems_and_changes_nothing(environment: dict[str, str], tmp_path: Path) -> None:
    source, listed = a_file(tmp_path, [course(), course(강좌명="둘째", 수강료="?")]), tmp_path / "problems.csv"

    outcome = run(environment, "import", "courses", "--dry-run", "--problems", listed, source)

    assert outcome.exit_code == 0
    assert "2 rows: 1 new, 0 changed, 0 already here, 1 refused. Nothing was changed." in outcome.output
    assert "수강료" in listed.read_text("utf-8-sig")
    assert "0 courses" in run(environment, "export", "courses", tmp_path / "out.csv").output


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (table([LIBRARY]).encode(), "This looks like the library file"),
        (b"x" * 100_001, "The file is larger than 100,000 bytes"),
        (b"PK\x03\x04 xl/workbook.xml", "This is an Excel file"),
    ],
)
def test_a_file_that_is_none_is_refused_in_both_languages(
    environment: dict[str, str], tmp_path: Path, content: bytes, words: str
) -> None:
    source = tmp_path / "courses.csv"
    source.write_bytes(content)

    outcome = run(environment, "import", "courses", source)

    assert outcome.exit_code == 1
    assert words in outcome.output
    assert "파일" in outcome.output
    assert "Nothing was changed." in outcome.output


def test_an_export_that_cp949_cannot_say_leaves_no_file(environment: dict[str, str], tmp_path: Path) -> None:
    run(environment, "import", "courses", a_file(tmp_path, [course(강좌명="☕")]))
    target = tmp_path / "out.csv"

    outcome = run(environment, "export", "courses", "--encoding", "cp949", target)

    assert outcome.exit_code == 1
    assert "row 1, 강좌명: ☕" in outcome.output
    assert not target.exists()


def run(environment: dict[str, str], *words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], env=environment)
