from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.imports.reading.files import COURSE, FACILITY, LIBRARY, table, upload
from village_hub.imports.reading import FileRefused, RowProblem, explain, read

GOOD = [
    table([row, {**row, "비고": "둘째"}], [*row, "비고"]).encode(encoding)
    for row in (COURSE, FACILITY, LIBRARY)
    for encoding in ("utf-8", "cp949")
]
SCRAPS = st.sampled_from([b'"', b"\r", b"\n", b",", b"\t", b"\0", b"\xff", b"\xb0", b"-", b"=", b"9", "요".encode()])
NAMES = [
    "강좌명",
    "교육시작일자",
    "교육종료일자",
    "교육시작시각",
    "운영요일",
    "강좌정원수",
    "강사명",
    "운영기관전화번호",
    "홈페이지주소",
]


def outcome(content: bytes) -> str:
    """Reads a file to its end and tells every problem; anything but a refusal is a failure."""
    try:
        return "\n".join(explain(row, str) if isinstance(row, RowProblem) else "" for row in read(upload(content)))
    except FileRefused as refused:
        return explain(refused, str)


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(GOOD), st.lists(st.tuples(st.integers(0, 2000), st.booleans(), SCRAPS), min_size=1, max_size=5))
def test_a_damaged_file_is_refused_or_its_rows_are_listed(
    content: bytes, damages: list[tuple[int, bool, bytes]]
) -> None:
    for place, replace, scrap in damages:
        place %= len(content)
        content = content[:place] + scrap + content[place + replace :]

    outcome(content)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_refused_or_read(content: bytes) -> None:
    outcome(content)


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(st.sampled_from(NAMES), st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30))
)
def test_any_text_in_a_cell_lands_or_is_listed(texts: dict[str, str]) -> None:
    results = list(read(upload(table([{**COURSE, **texts}]))))

    assert {row.line for row in results} == {2}
    assert len([row for row in results if not isinstance(row, RowProblem)]) in (0, len(results))
