from __future__ import annotations

import re

from village_hub.imports.reading.cells import Cell, Remark, clip
from village_hub.imports.reading.reasons import Code

_LONGEST = 300  # the patterns below take quadratic time on text that is no address
_REGION = re.compile(
    r"^([가-힣]{2}(?:특별자치시|특별자치도|특별시|광역시|도)|[가-힣]{2,3}(?:특별자치도|북도|남도))(?=[가-힣])"
)
_MUNICIPALITY = re.compile(r"^(\S+ )([가-힣]+?[시군구])(?=[가-힣]+(?:로|길|동|읍|면))")
_BRANCH = re.compile(r"(?<=[가-힣]로) (?=[0-9]+(?:번|[가-하])?길)")
_BUILDING = re.compile(r"(?<=[로길])(?=(?:지하)?[0-9]+(?:-[0-9]+)?(?:[\s,(]|$))")


def address(raw: str) -> Cell[str]:
    """An address is kept as written; where its spacing is unusual, the usual one is noted."""
    value = raw.strip()
    if len(value) > _LONGEST:
        return Cell(value)
    repaired = _BUILDING.sub(" ", _BRANCH.sub("", _spaced(" ".join(value.split()))))
    if repaired == value:
        return Cell(value)
    return Cell(value, Remark(Code.ADDRESS_SPACING, {"value": clip(value), "repaired": clip(repaired)}))


def _spaced(value: str) -> str:
    return _MUNICIPALITY.sub(r"\1\2 ", _REGION.sub(r"\1 ", value))
