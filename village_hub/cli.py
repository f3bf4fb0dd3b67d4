"""`village-hub …`: what an operator types."""

from __future__ import annotations

import io
import json
import logging
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

import click
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

import village_hub.activities.importing
import village_hub.places.importing  # noqa: F401  (both take the rows of their files once they are known)
from village_hub import supervisor
from village_hub.activities import exporting
from village_hub.app import open_database
from village_hub.doctor import INVARIANTS, examine
from village_hub.imports import importing
from village_hub.imports import queries as imports
from village_hub.imports.exporting import korean, problems_file
from village_hub.imports.reading import Kind, Limits, UnmappableCharacters, explain, write_courses
from village_hub.imports.service import Overtaken
from village_hub.kernel import migrations
from village_hub.kernel.db import Database
from village_hub.kernel.errors import N_, DomainError
from village_hub.kernel.invariant import Breach
from village_hub.kernel.settings import Settings, SettingsError
from village_hub.matching import queries as matching_queries
from village_hub.matching import service as matching
from village_hub.what_if import exporting as what_if_lines
from village_hub.what_if import queries as what_ifs
from village_hub.what_if import service as what_if_service

#: What an operator calls each file.
FILES = {
    "districts": Kind.DISTRICTS,
    "venues": Kind.FACILITIES,
    "libraries": Kind.LIBRARIES,
    "courses": Kind.COURSES,
}


class Unusable(click.ClickException):
    """Nothing could be done with what there is; another exit code than a refusal's, so that monitoring tells them."""

    exit_code = 2


@click.group()
@click.pass_context
def main(context: click.Context) -> None:
    """Village Hub: learning villages, live."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("village_hub.kernel.doorbell").setLevel(logging.ERROR)
    try:
        context.obj = Settings.from_environment()
    except SettingsError as error:
        raise Unusable(str(error)) from None


@main.command()
@click.option("--demo", "with_demo", is_flag=True, help="Fill an empty database with the demo city first.")
@click.pass_obj
def up(settings: Settings, with_demo: bool) -> None:
    """Run everything on this machine: database file, Valkey, pages, sockets, worker."""
    _migrate(settings)
    if with_demo:
        _demo(settings)
    try:
        supervisor.up(settings)
    except supervisor.AlreadyRunning as error:
        raise click.ClickException(str(error)) from None


@main.command()
@click.pass_obj
def migrate(settings: Settings) -> None:
    """Bring the database to the shape of this version, and compile its matching engine."""
    from village_hub.matching.engine.warming import warm_up

    _migrate(settings)
    click.echo("The database is up to date.")
    warm_up()


@main.command()
@click.pass_obj
def web(settings: Settings) -> None:
    """Serve pages with threads, behind a proxy; run as many of these as you like."""
    bind = f"{settings.host}:{settings.port}"
    arguments = ["--bind", bind, "--threads", "8", "--no-control-socket", "village_hub.wsgi:app"]
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", *arguments])


@main.command()
def live() -> None:
    """Serve sockets (and pages) with gevent; run as many of these as you like."""
    os.execv(sys.executable, [sys.executable, "-m", "village_hub.serve"])


@main.command()
def worker() -> None:
    """Carry out jobs; run as many of these as you like."""
    os.execv(sys.executable, [sys.executable, "-m", "workers.main"])


@main.command()
@click.pass_obj
def demo(settings: Settings) -> None:
    """Fill an empty database with a synthetic city."""
    _migrate(settings)
    _demo(settings)


@main.command("import")
@click.argument("kind", type=click.Choice(list(FILES)))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only read and count; change nothing.")
@click.option("--problems", type=click.Path(dir_okay=False, path_type=Path), help="Write what could not be read here.")
@click.pass_obj
def import_(settings: Settings, kind: str, file: Path, dry_run: bool, problems: Path | None) -> None:
    """Read an open-data file: districts, venues, libraries or courses."""
    _migrate(settings)
    with _database(settings) as database:
        limits = Limits(bytes=settings.import_limit)
        try:
            run = importing.import_file(database, FILES[kind], file, dry_run=dry_run, limits=limits, say=_progress)
        except Overtaken:
            raise click.ClickException("Somebody else imports this file, or gave it up. Nothing was changed.") from None
        with database.read_session() as session:
            listed = list(imports.problems(session, run.id))
    if problems:
        problems.write_bytes(b"".join(problems_file(listed)))
    for each in listed[:10]:
        click.echo(f"line {each.line} {each.column}: {explain(each, korean())} {explain(each, str)}", err=True)
    if run.refusal:
        words = (explain(run.refusal, korean()), explain(run.refusal, str))
        raise click.ClickException("\n".join((*words, "Nothing was changed.")))
    click.echo(
        f"{run.rows_total} rows: {run.rows_new} new, {run.rows_changed} changed, {run.rows_same} already here, "
        f"{run.rows_refused} refused." + (" Nothing was changed." if dry_run else "")
    )


@main.command()
@click.argument("kind", type=click.Choice(["courses"]))
@click.argument("file", type=click.File("wb", lazy=True), default="-")
@click.option(
    "--encoding", type=click.Choice(["utf-8", "cp949"]), default="utf-8", help="UTF-8 with its mark, or CP949."
)
@click.pass_obj
def export(settings: Settings, kind: str, file: BinaryIO, encoding: str) -> None:
    """Write every course as the national course file has it."""
    written = io.BytesIO()
    with _database(settings) as database, database.read_session() as session:
        rows = list(exporting.courses(session, now=database.clock.now()))
    try:
        write_courses(rows, written, "cp949" if encoding == "cp949" else "utf-8-sig")
    except UnmappableCharacters as lost:
        lines = [f"row {each.row}, {each.column}: {each.character}" for each in lost.found]
        raise click.ClickException("CP949 lacks these characters:\n" + "\n".join(lines)) from None
    file.write(written.getvalue())
    click.echo(f"{len(rows)} courses.", err=True)


@main.command()
@click.argument("run", type=click.UUID)
@click.pass_obj
def replay(settings: Settings, run: UUID) -> None:
    """Carry out a match run once more, from what it was given; changes nothing.

    Exits with 0 where the plan is exactly the same, with 1 where it is not, and with 2 where the run is not kept.
    """
    with _database(settings) as database, database.read_session() as session:
        record = matching_queries.record_of(session, run)
    if record is None:
        raise Unusable("This run is not known, or what it was given is no longer kept.")
    plan = matching.replay(record)
    is_same = matching.is_same_plan(plan, record.plan)
    figures = f"value {plan.value:.6f}, bound {plan.bound:.6f}, gap {100 * plan.gap:.4f} %"
    click.echo(f"{len(plan.classes)} classes, {figures}")
    click.echo("The plan is exactly the same." if is_same else "The plan is another one.")
    sys.exit(0 if is_same else 1)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for monitoring.")
@click.pass_obj
def doctor(settings: Settings, as_json: bool) -> None:
    """Look whether everything holds that must be true of what is stored; changes nothing.

    Exits with 0 where all of it holds, with 1 where something does not, and with 2 where it could not look.
    """
    try:
        found = _examine(settings)
    except SQLAlchemyError as error:
        raise Unusable(_both(N_("The database does not answer, so nothing was looked at.")) + f"\n{error}") from None
    if as_json:
        click.echo(json.dumps({"checked": len(INVARIANTS), "broken": [each.as_json() for each in found]}))
        sys.exit(1 if found else 0)
    for each in found:
        _report(each)
    counts = {"all": len(INVARIANTS), "broken": len(found)}
    click.echo(_both(N_("%(all)s rules were looked at, %(broken)s do not hold."), **counts))
    sys.exit(1 if found else 0)


@main.command("what-if")
@click.option("--rule", "texts", multiple=True, metavar="NAME=VALUE", help="A changed rule, such as minimum_group=4.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="First day; without it, a year ago at most.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Last day; without it, today.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for other programs.")
@click.pass_obj
def what_if(
    settings: Settings, texts: tuple[str, ...], since: datetime | None, until: datetime | None, as_json: bool
) -> None:
    """Replay the requests of the past under other rules; changes nothing."""
    _require_database(settings)
    with _database(settings) as database:
        try:
            rules = what_ifs.read(texts)
            with database.read_session() as session:
                days = what_ifs.days(session, since and since.date(), until and until.date(), database.clock.now())
                what_if_service.check(session, *days, rules, now=database.clock.now())
                past = what_ifs.past(session, *days)
            total = what_if_service.runs(*days)
            compared = what_if_service.reckon(past, *days, rules, lambda done: _progress(done, total))
        except DomainError as refused:
            raise click.UsageError(_both(refused.message, **refused.figures)) from None
    if as_json:
        click.echo(json.dumps(what_if_lines.as_json(*days, rules, compared), ensure_ascii=False))
        return
    for line in what_if_lines.lines(*days, rules, compared, korean()):
        click.echo(line)


@main.command()
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same figures.")
@click.option("--days", type=click.IntRange(1), default=365, show_default=True)
@click.option("--mode", type=click.Choice(["engine", "services"]), default="engine", show_default=True)
@click.option("--rate", "rates", multiple=True, metavar="NAME=VALUE", help="Another rate than the package's.")
@click.option("--rule", "rules", multiple=True, metavar="NAME=VALUE", help="Another rule than the package's.")
@click.option("--database", "url", help="Build the city in this empty database and leave it there.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def simulate(
    seed: int, days: int, mode: str, rates: Sequence[str], rules: Sequence[str], url: str | None, as_json: bool
) -> None:
    """Let a made-up city live for some time and say how long people wait, who is served and how often is asked.

    Works in a database of its own, which it throws away; touches none that holds anything.
    """
    from village_hub import simulation

    try:
        given = simulation.rates_of(_named(rates))
        figures = simulation.simulate(seed=seed, days=days, mode=mode, rates=given, rules=_named(rules), url=url)
    except KeyError as error:
        raise click.BadParameter(f"There is no {', '.join(error.args)}.") from None
    except simulation.HoldsSomething as refused:
        raise Unusable(_both(refused.message)) from None
    if as_json:
        click.echo(json.dumps({"seed": seed, "days": days, "mode": mode} | asdict(figures)))
        return
    for name, value in asdict(figures).items():
        shown = "-" if value is None else f"{value:,.2f}" if isinstance(value, float) else f"{value:,}"
        click.echo(f"{name.replace('_', ' '):<26}{shown:>12}")


def _named(given: Sequence[str]) -> dict[str, Any]:
    """NAME=VALUE as a mapping; values as in JSON."""
    try:
        return {name: json.loads(value) for name, _, value in (each.partition("=") for each in given)}
    except ValueError:
        raise click.BadParameter(f"NAME=VALUE with a value as in JSON, not {' '.join(given)}") from None


@contextmanager
def _database(settings: Settings) -> Iterator[Database]:
    database = open_database(settings)
    try:
        yield database
    finally:
        database.dispose()


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{done:,} / {total:,}", nl=done >= total, err=True)


def _examine(settings: Settings) -> Sequence[Breach]:
    """What is broken."""
    _require_database(settings)
    with _database(settings) as database, database.read_session() as session:
        return examine(session, now=database.clock.now())


def _require_database(settings: Settings) -> None:
    """Refuses where there is no database of this version, and makes none."""
    file = make_url(settings.database).database
    if settings.database.startswith("sqlite") and not Path(file or "").exists():
        raise Unusable(_both(N_("There is no database yet. Run “village-hub migrate” to make one.")))
    if not migrations.is_current(settings.database):
        raise Unusable(
            _both(N_("The database belongs to another version. Run “village-hub migrate”, then look again."))
        )


def _report(breach: Breach) -> None:
    click.secho(f"{breach.invariant.name}: {breach.count}", bold=True)
    click.echo(_both(breach.invariant.rule))
    click.echo(_both(breach.invariant.remedy))
    for each in breach.named:
        click.echo("  - " + ", ".join(f"{name} {value}" for name, value in each.items()))
    more = breach.count - len(breach.named)
    click.echo(_both(N_("  and %(count)s more"), count=more) + "\n" if more else "")


def _both(text: str, **figures: object) -> str:
    """The words in Korean and in English, one line each."""
    return "\n".join(translate(text) % figures if figures else translate(text) for translate in (korean(), str))


def _migrate(settings: Settings) -> None:
    settings.home.mkdir(parents=True, exist_ok=True)
    if not migrations.is_current(settings.database):
        migrations.upgrade(settings.database)


def _demo(settings: Settings) -> None:
    from village_hub import demo as city

    with _database(settings) as database:
        city.build(database, say=click.echo)


if __name__ == "__main__":
    main()
