from village_hub.imports.reading.courses import CourseRow
from village_hub.imports.reading.districts import DistrictRow
from village_hub.imports.reading.encoding import FileRefused
from village_hub.imports.reading.facilities import FacilityRow
from village_hub.imports.reading.libraries import LibraryRow
from village_hub.imports.reading.problems import RowProblem, problems_csv
from village_hub.imports.reading.reader import AnyRow, read, read_row
from village_hub.imports.reading.reasons import Code, Kind, explain
from village_hub.imports.reading.rows import Note
from village_hub.imports.reading.sheet import Limits
from village_hub.imports.reading.writing import Unmappable, UnmappableCharacters, write_courses

__all__ = [
    "AnyRow",
    "Code",
    "CourseRow",
    "DistrictRow",
    "FacilityRow",
    "FileRefused",
    "Kind",
    "LibraryRow",
    "Limits",
    "Note",
    "RowProblem",
    "Unmappable",
    "UnmappableCharacters",
    "explain",
    "problems_csv",
    "read",
    "read_row",
    "write_courses",
]
