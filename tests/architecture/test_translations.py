from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.pofile import read_po
from babel.util import pathmatch

ROOT = Path(__file__).parents[2]
MAPPINGS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["babel"]["mappings"]
KEYWORDS = DEFAULT_KEYWORDS | {"_l": None, "lazy_gettext": None, "lazy_ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")

Ids = tuple[str, ...]


def test_every_message_speaks_korean() -> None:
    messages = messages_of(ROOT)

    missing = untranslated(messages, catalogue_of(ROOT))

    assert messages
    assert not missing, "\n".join(f"{place}: {' | '.join(ids)}" for ids, place in missing.items())


def test_no_translation_is_a_guess() -> None:
    assert [message.id for message in catalogue_of(ROOT) if message.fuzzy] == []


def test_one_message_has_one_translation_everywhere() -> None:
    assert contradictions(catalogue_of(ROOT)) == {}


def test_a_translation_keeps_every_placeholder() -> None:
    assert placeholders_lost(catalogue_of(ROOT)) == []


def test_a_missing_a_contradicting_and_a_broken_translation_are_caught(tmp_path: Path) -> None:
    plant(tmp_path, "village_hub/clubs/service.py", 'from x import _\nword = _("Club") + _("Wall of %(club)s")\n')
    plant(tmp_path, "village_hub/clubs/templates/clubs/page.html", "{% trans %}New words{% endtrans %}{{ _('Guess') }}")
    entries = (
        'msgid "Club"\nmsgstr "{}"\n\nmsgid "Wall of %(club)s"\nmsgstr "{}"\n\n#, fuzzy\nmsgid "Guess"\nmsgstr "추측"\n'
    )
    plant(tmp_path, "village_hub/translations/ko/LC_MESSAGES/clubs.po", entries.format("동아리", "%(name)s 담벼락"))
    plant(tmp_path, "village_hub/translations/ko/LC_MESSAGES/home.po", entries.format("모임", "%(club)s 담벼락"))

    catalogue = catalogue_of(tmp_path)

    assert set(untranslated(messages_of(tmp_path), catalogue)) == {("New words",), ("Guess",)}
    assert contradictions(catalogue)["Club",] == {("동아리",), ("모임",)}
    assert placeholders_lost(catalogue) == [("Wall of %(club)s", "%(name)s 담벼락")]


def messages_of(root: Path) -> dict[Ids, str]:
    """Every message in code and templates, with a place where it stands."""
    found: dict[Ids, str] = {}
    for folder in ("village_hub", "workers"):
        for path in sorted((root / folder).rglob("*.*")):
            name = path.relative_to(root).as_posix()
            mapping = next((each for each in MAPPINGS if pathmatch(each["pattern"], name)), None)
            if mapping and path.is_file():
                options = {key: value for key, value in mapping.items() if key not in ("method", "pattern")}
                for line, ids, *_ in extract_from_file(mapping["method"], path, KEYWORDS, options=options):
                    found.setdefault(tuple(ids) if isinstance(ids, tuple | list) else (ids,), f"{name}:{line}")
    return found


def catalogue_of(root: Path) -> list[Message]:
    """Every entry of every Korean catalogue, headers aside."""
    return [message for path in sorted(root.glob("village_hub/translations/ko/**/*.po")) for message in _read(path)]


def untranslated(messages: dict[Ids, str], catalogue: list[Message]) -> dict[Ids, str]:
    """The messages without a finished translation, and where they stand."""
    done = {_ids(message) for message in catalogue if all(_strings(message)) and not message.fuzzy}
    singular = {ids[0] for ids in done}
    return {
        ids: place for ids, place in messages.items() if ids not in done and not (len(ids) == 1 and ids[0] in singular)
    }


def contradictions(catalogue: list[Message]) -> dict[Ids, set[Ids]]:
    """The messages that say different things in different catalogues; a context makes another message."""
    said: dict[tuple[str | None, Ids], set[Ids]] = defaultdict(set)
    for message in catalogue:
        said[message.context, _ids(message)].add(_strings(message))
    return {ids: strings for (_, ids), strings in said.items() if len(strings) > 1}


def placeholders_lost(catalogue: list[Message]) -> list[tuple[str, str]]:
    """Pairs whose placeholders differ; Korean has one plural form, which takes the place of the English plural."""
    pairs = [(_ids(message)[-1], string) for message in catalogue for string in _strings(message) if string]
    return [(english, korean) for english, korean in pairs if _placeholders(english) != _placeholders(korean)]


def plant(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def _read(path: Path) -> Iterator[Message]:
    with path.open("rb") as file:
        yield from (message for message in read_po(file, locale="ko", abort_invalid=True) if message.id)


def _ids(message: Message) -> Ids:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def _strings(message: Message) -> Ids:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))


def _placeholders(text: str) -> list[str]:
    return sorted(set(PLACEHOLDER.findall(text)))
