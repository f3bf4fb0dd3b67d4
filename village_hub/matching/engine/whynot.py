"""Why a wish found no class: the first obstacle on its way, and the smallest change."""

from __future__ import annotations

from village_hub.matching.engine.plan import Change, Figures, WhyNot, WhyNotCode
from village_hub.matching.engine.smallest import smallest_change
from village_hub.matching.engine.vacancies import Seeker, Vacancies, View


def why_not(vacancies: Vacancies, row: int) -> WhyNot:
    """For one wish that is in no class."""
    seeker = vacancies.seeker(row)
    code, figures = _obstacle(vacancies, seeker)
    return WhyNot(code, figures, smallest_change(vacancies, seeker))


def other_changes(vacancies: Vacancies, row: int, first: Change) -> tuple[Change, ...]:
    """The smallest change of each other kind that matches the wish, the one that asks least first."""
    seeker, found = vacancies.seeker(row), [first]
    while change := smallest_change(vacancies, seeker, {each.code for each in found}):
        found.append(change)
    return tuple(found[1:])


def _obstacle(vacancies: Vacancies, seeker: Seeker) -> tuple[WhyNotCode, Figures]:
    tables = vacancies.tables
    wish = tables.wishes[seeker.row]
    views = [vacancies.view(key) for key in vacancies.keys(seeker.row, wish.languages)]
    teaching = [one for one in tables.instructors if wish.topic in one.topics and not one.paused]
    spoken = frozenset(language for one in teaching for language in one.languages)
    fitting = {int(row) for key in vacancies.keys(seeker.row, spoken) for row in vacancies.view(key).pool.instructors}
    able = {int(row) for view in views for row in view.pool.instructors}
    if not fitting:
        return WhyNotCode.NO_INSTRUCTOR_FOR_TOPIC, {"other_levels": len(teaching)}
    if not able:
        return WhyNotCode.LANGUAGE, {"instructors": len(fitting)}
    if not seeker.reached.any():
        nearest = round(float(seeker.metres.min())) if len(seeker.metres) else -1
        return WhyNotCode.NO_VENUE_NEAR, {"nearest_m": nearest, "reach_m": wish.reach_m}
    if not seeker.near.any():
        features = "+".join(sorted(wish.needs))
        return WhyNotCode.NO_VENUE_WITH_FEATURE, {"features": features, "venues": int(seeker.reached.sum())}
    return _obstacle_in_time(vacancies, seeker, views, sorted(able))


def _obstacle_in_time(
    vacancies: Vacancies, seeker: Seeker, views: list[View], instructors: list[int]
) -> tuple[WhyNotCode, Figures]:
    tables, rooms = vacancies.tables, vacancies.draft.venue_start
    here = seeker.near[:, None] & seeker.suits[None, :]
    count: Figures = {"instructors": len(instructors)}
    if not (tables.instructor_open[instructors].any(axis=0) & seeker.suits).any():
        return WhyNotCode.INSTRUCTORS_NOT_FREE_THEN, count
    if not (tables.instructor_start[instructors].any(axis=0) & seeker.suits).any():
        return WhyNotCode.CAPS_USED, count
    if not (tables.venue_start & here).any():
        return WhyNotCode.NO_VENUE_OPEN_THEN, {"venues": int(seeker.near.sum())}
    if not any((view.before & here).any() for view in views):
        return WhyNotCode.INSTRUCTORS_TOO_FAR, count
    if not any((view.before & here & tables.venue_start).any() for view in views):
        return WhyNotCode.NO_VENUE_OPEN_THEN, {"venues": int(seeker.near.sum())}
    left = [view.able & here & rooms for view in views]
    if not any(cells.any() for cells in left):
        capped = any((view.uncapped & here & rooms).any() for view in views)
        return (WhyNotCode.CAPS_USED if capped else WhyNotCode.OTHERS_FIRST), count
    people = max(int(view.company[cells].max()) for view, cells in zip(views, left, strict=True) if cells.any())
    missing = tables.rules.minimum_group - people
    if missing > 0:
        return WhyNotCode.TOO_FEW_PEOPLE, {"people": people, "missing": missing}
    return WhyNotCode.NOT_WORTH_ITS_COST, {}
