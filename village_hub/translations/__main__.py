"""Join the catalogues of all capabilities into the one read at run time: `python -m village_hub.translations`."""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent


def joined(folder: Path) -> Catalog:
    """All `.po` files of one language as one catalogue."""
    whole = Catalog(locale=folder.parent.name, domain="messages")
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as text:
            for message in read_po(text, locale=folder.parent.name):
                if message.id:
                    whole[message.id] = message
    return whole


def main() -> None:
    for folder in FOLDER.glob("*/LC_MESSAGES"):
        with (folder / "messages.mo").open("wb") as target:
            write_mo(target, joined(folder))


if __name__ == "__main__":
    main()
