"""Rows of the national course file become activities."""

from __future__ import annotations

import village_hub.activities.policies
import village_hub.activities.service  # noqa: F401  (the two know every table that activities point at)
from village_hub.activities.importing.courses import CourseImporter
from village_hub.imports.reading import Kind
from village_hub.imports.service import register_importer

register_importer(Kind.COURSES, CourseImporter)
