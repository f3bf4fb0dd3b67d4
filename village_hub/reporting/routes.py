"""The figures page, the rows behind each number, and the same as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from village_hub.kernel.errors import NotFound
from village_hub.reporting import policies, queries
from village_hub.reporting.queries import Figure, Figures, Scope, Shown
from village_hub.villages import queries as villages
from village_hub.web.accounts import required_account
from village_hub.web.formats import duration, local
from village_hub.web.i18n import _, _l, language
from village_hub.web.live import listen
from village_hub.web.policy import policy
from village_hub.web.transactions import now, read_session

blueprint = Blueprint("reporting", __name__, template_folder="templates")

PAGE = 50
#: Periods that can be chosen, in months up to the present one.
PERIODS = (1, 3, 6, 12, 24)
NAMES = {
    Figure.REQUESTS: _l("Learning requests"),
    Figure.DAYS: _l("Days until matched (median)"),
    Figure.MATCH_RATE: _l("Requests that were matched"),
    Figure.SEATS: _l("Seats taken"),
    Figure.ATTENDANCE: _l("Attendance"),
    Figure.HOURS: _l("Hours given"),
}
#: Signs with which a spreadsheet would begin to calculate.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class View:
    """What was asked for, and the villages that it can be asked for."""

    scope: Scope
    months: int
    village_id: UUID | None
    names: dict[UUID, str]

    def arguments(self, **more: object) -> dict[str, Any]:
        """The same view as arguments of an address."""
        return {"months": self.months, "village": self.village_id or "", **more}

    def name_of(self, village_id: UUID | None) -> str:
        """A village's name in the reader's language."""
        return self.names.get(village_id, "") if village_id else str(_("No village"))


@blueprint.get("/figures")
@policy(policies.may_look)
def index() -> ResponseReturnValue:
    view, session = _view(), read_session()
    streams = ["figures"] if view.scope.villages is None else [f"figures:{each}" for each in view.scope.villages]
    listen(session, *streams)
    return render_template(
        "reporting/index.html",
        view=view,
        names=NAMES,
        periods=PERIODS,
        total=queries.total(session, view.scope),
        by_village=_in_order(queries.by_village(session, view.scope), view),
        by_month=queries.by_month(session, view.scope),
        words=words,
        rows_url=_rows_url(view),
        refresh_streams=streams,
    )


@blueprint.get("/figures/rows")
@policy(policies.may_look)
def rows() -> ResponseReturnValue:
    view, session = _view(), read_session()
    try:
        figure = Figure(request.args.get("figure", ""))
    except ValueError:
        raise NotFound from None
    shown = queries.total(session, view.scope)[figure]
    pages = max(1, -(-queries.number_of_rows(session, figure, view.scope) // PAGE))
    page = min(max(request.args.get("page", 1, int), 1), pages)
    return render_template(
        "reporting/rows.html",
        view=view,
        figure=figure,
        name=NAMES[figure],
        shown=shown,
        words=words(figure, shown),
        rows=queries.rows(session, figure, view.scope, limit=PAGE, skip=(page - 1) * PAGE),
        page=page,
        pages=pages,
    )


@blueprint.get("/figures.csv")
@policy(policies.may_look)
def export() -> ResponseReturnValue:
    view, session = _view(), read_session()
    lines: list[list[str]] = [[_("Village"), *(str(NAMES[each]) for each in Figure)]]
    for village_id, figures in _in_order(queries.by_village(session, view.scope), view):
        lines.append([view.name_of(village_id), *(_cell(each, figures[each]) for each in Figure)])
    total = queries.total(session, view.scope)
    lines.append([_("All together"), *(_cell(each, total[each]) for each in Figure)])
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([harmless(cell) for cell in line] for line in lines)
    headers = {"Content-Disposition": "attachment; filename=figures.csv"}
    return Response(text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8", headers=headers)


def words(figure: Figure, shown: Shown) -> str:
    """A figure in words; small groups and missing ones say so."""
    if shown.is_hidden:
        return str(_("fewer than %(number)s", number=queries.SMALLEST_GROUP))
    if shown.value is None:
        return str(_("no figure yet"))
    match figure:
        case Figure.REQUESTS:
            return f"{shown.value:,.0f}"
        case Figure.DAYS:
            return str(_("%(days)s days", days=f"{shown.value:.1f}"))
        case Figure.HOURS:
            return duration(round(shown.value))
    return f"{shown.value:.0%} ({shown.amount:,}/{shown.of:,})"


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _view() -> View:
    account, session = required_account(), read_session()
    seen = policies.villages_seen(account)
    months = request.args.get("months", 12, int)
    months = months if months in PERIODS else 12
    village_id = request.args.get("village", None, UUID) if request.args.get("village") else None
    if village_id:
        policies.require_looking(account, village_id)
    known = {each.id: each.called(language()) for each in villages.villages(session) if seen is None or each.id in seen}
    last = local(now()).date().replace(day=1)
    index = last.year * 12 + last.month - months
    scope = Scope(date(index // 12, index % 12 + 1, 1), last, frozenset([village_id]) if village_id else seen)
    return View(scope, months, village_id, known)


def _in_order(found: dict[UUID | None, Figures], view: View) -> list[tuple[UUID | None, Figures]]:
    return sorted(found.items(), key=lambda each: (each[0] is None, view.name_of(each[0])))


def _rows_url(view: View) -> Callable[..., str]:
    def address(figure: Figure, village_id: UUID | None = None) -> str:
        more = {"village": village_id} if village_id else {}
        return url_for(".rows", **view.arguments(figure=str(figure), **more))

    return address


def _cell(figure: Figure, shown: Shown) -> str:
    """A number that a spreadsheet can calculate with, or words where there is none; hours are in minutes."""
    if shown.value is None:
        return words(figure, shown) if shown.is_hidden else ""
    return f"{shown.value:.3f}".rstrip("0").rstrip(".")
