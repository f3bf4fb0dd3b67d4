"""Rows of the open-data files become districts and venues."""

from __future__ import annotations

from village_hub.imports.reading import Kind
from village_hub.imports.service import register_importer
from village_hub.places.importing.districts import DistrictImporter
from village_hub.places.importing.venues import FacilityImporter, LibraryImporter

register_importer(Kind.DISTRICTS, DistrictImporter)
register_importer(Kind.FACILITIES, FacilityImporter)
register_importer(Kind.LIBRARIES, LibraryImporter)
