"""What a simulated time comes to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import quantiles

from village_hub.learning_requests.queries import usual_rules
from village_hub.simulation.diary import Diary


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts, shares between 0 and 1, and hours; what nothing is known of is None.

    A wish is served when an instructor says yes to its group, and its time to answer ends then. `hours_to_yes` begin
    with the first question for the group. `needless` questions were taken back because somebody else was faster.
    `gap` is the share of the bounds of all runs together that their plans leave open.
    """

    wishes: int
    served: int
    served_share: float | None
    hours_to_answer_median: float | None
    hours_to_answer_p90: float | None
    asked: int
    accepted: int
    declined: int
    expired: int
    needless: int
    asked_per_yes: float | None
    hours_to_yes_median: float | None
    hours_to_yes_p90: float | None
    beyond_caps: int
    classes: int
    people: int
    no_show_share: float | None
    runs: int
    gap: float | None


def figures_of(diary: Diary) -> Figures:
    """The figures of what was written down."""
    outcomes = Counter(each.outcome for each in diary.asked.values())
    answered = [(at - diary.wished[wish]).total_seconds() / 3600 for wish, at in diary.served.items()]
    return Figures(
        wishes=len(diary.wished),
        served=len(diary.served),
        served_share=_ratio(len(diary.served), len(diary.wished)),
        hours_to_answer_median=_quantile(answered, 0.5),
        hours_to_answer_p90=_quantile(answered, 0.9),
        asked=len(diary.asked),
        accepted=outcomes["accepted"],
        declined=outcomes["declined"],
        expired=outcomes["expired"],
        needless=outcomes["withdrawn"],
        asked_per_yes=_ratio(len(diary.asked) - outcomes["open"], outcomes["accepted"]),
        hours_to_yes_median=_quantile(diary.hours_to_yes, 0.5),
        hours_to_yes_p90=_quantile(diary.hours_to_yes, 0.9),
        beyond_caps=diary.beyond_caps(usual_rules({}).asks_per_month),
        classes=outcomes["accepted"],
        people=diary.people,
        no_show_share=_ratio(diary.absent, diary.absent + diary.attended),
        runs=diary.runs,
        gap=1 - diary.value / diary.bound if diary.bound else None,
    )


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _quantile(values: Sequence[float], share: float) -> float | None:
    if len(values) < 2:
        return values[0] if values else None
    return quantiles(values, n=100, method="inclusive")[round(100 * share) - 1]
