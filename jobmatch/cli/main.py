"""The one console command. Answers go to standard output, progress and complaints to standard error."""

from __future__ import annotations

import gc
import logging
import os
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import click

from jobmatch.cli.base import give_json, say, share_counts, with_runtime
from jobmatch.core.actors import system_actor
from jobmatch.core.errors import AppError, SetupError
from jobmatch.core.runtime import Runtime, start
from jobmatch.core.settings import Settings

GARBAGE = (10_000, 5, 5)
"""Objects between two looks for garbage. The usual 700 looks again and again through what imports made and a page has
just read: up to 0.6 s at a time during a start. At 50,000 the worker grew without an end."""


def _version() -> str:
    try:
        return version("jobmatch")
    except PackageNotFoundError:
        return "0 (not installed)"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(_version(), prog_name="jobmatch")
def cli() -> None:
    """Employment and entrepreneurship matching for veterans and military families."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        # One thread for each web process: numerical libraries that spin on all cores slow each other down.
        os.environ.setdefault(name, "1")
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)


@cli.command()
def init() -> None:
    """Set up an installation: keys, database, reference data, a first administrator with a secret for 24 hours."""
    from jobmatch.accounts.services.users import create_admin
    from jobmatch.core import crypto, migrate
    from jobmatch.reference.services import load_reference

    settings = Settings.read()
    crypto.make_keys(settings.keys_path)
    runtime = start(settings)
    migrate.upgrade(settings.url)
    say("Keys and tables are in place. Loading reference data …")
    with runtime.unit(system_actor("init")) as uow:
        load_reference(uow)
    with runtime.unit(system_actor("init")) as uow:
        made = create_admin(uow)
    if made is None:
        say("There is an administrator already. Nothing else to do.")
        return
    login, secret = made
    click.echo(f"{login} {secret}")
    say("The line above is the administrator's sign-in name and one-time secret; it ends in 24 hours.")


@cli.group()
def db() -> None:
    """The database."""


@db.command()
def upgrade() -> None:
    """Bring the schema to the newest revision."""
    from jobmatch.core import migrate
    from jobmatch.core.chain import seal_all

    settings = Settings.read()
    runtime = start(settings)
    migrate.upgrade(settings.url)
    _fill_columns(runtime)
    sealed = seal_all(runtime.database)
    if sealed:
        say(f"{sealed} entries of the audit trail are sealed.")
    say("The schema is at the newest revision.")


def _fill_columns(runtime: Runtime) -> None:
    """Fill what newer columns hold of older rows, in short units; rows that have it are left alone."""
    import jobmatch.tables  # noqa: F401 - the metadata must be complete before the first query
    from jobmatch.accounts.services.users import fill_phone_tails
    from jobmatch.people.services.names import fill_search_columns, seal_fitness_notes

    for fill in (fill_phone_tails, fill_search_columns, seal_fitness_notes):
        filled = 1
        while filled:
            with runtime.unit(system_actor("upgrade")) as uow:
                filled = fill(uow)


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--processes", default=1, show_default=True, type=click.IntRange(1, 64))
@with_runtime
def serve(runtime: Runtime, host: str, port: int, processes: int) -> None:
    """Serve the site and work on background jobs."""
    from jobmatch.cli.serve import serve as run
    from jobmatch.core import logs

    logs.configure(runtime.settings)
    from jobmatch.core.db_roles import warning

    if not runtime.settings.is_demo and (words := warning(runtime.database)):
        say(words)

    def announce() -> None:
        click.echo(f"http://{host}:{port}")
        if runtime.settings.is_demo:
            from jobmatch.demo.accounts import sign_in_lines

            click.echo(sign_in_lines(runtime))
        sys.stdout.flush()

    run(runtime, host=host, port=port, processes=processes, announce=announce)


@cli.command()
@with_runtime
def worker(runtime: Runtime) -> None:
    """Work on background jobs only; for installations with several processes or machines."""
    from jobmatch.core import logs
    from jobmatch.worker import run_worker

    logs.configure(runtime.settings)
    run_worker(runtime)


@cli.group()
def users() -> None:
    """Accounts."""


@users.command("list")
@click.option("--json", "as_json", is_flag=True)
@with_runtime
def users_list(runtime: Runtime, as_json: bool) -> None:
    """Accounts with their roles; no phone numbers."""
    from jobmatch.cli.lists import list_users

    with runtime.unit(system_actor("cli"), writing=False) as uow:
        found = list_users(uow)
    if as_json:
        give_json(found)
    else:
        for user in found:
            click.echo(f"{user['id']}  {user['name']}  {', '.join(user['roles'])}")


@users.command("reset")
@click.argument("phone")
@with_runtime
def users_reset(runtime: Runtime, phone: str) -> None:
    """Give an account a one-time secret for 24 hours; its old password and sessions end."""
    from jobmatch.accounts.queries import find_user_by_login
    from jobmatch.accounts.services.users import reset_by_operator
    from jobmatch.core.errors import NotFound

    with runtime.unit(system_actor("cli")) as uow:
        user = find_user_by_login(uow.session, phone)
        if user is None:
            raise NotFound("There is no account with this phone number or name.")
        secret = reset_by_operator(uow, user)
    click.echo(secret)


@cli.group()
def people() -> None:
    """The talent pool."""


@people.command("list")
@click.option("--json", "as_json", is_flag=True)
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 100_000))
@click.option("--status", type=click.Choice(["looking", "all"]), default="looking", show_default=True)
@with_runtime
def people_list(runtime: Runtime, as_json: bool, limit: int, status: str) -> None:
    """People by public id, those who look for work first."""
    from jobmatch.cli.lists import list_people

    with runtime.unit(system_actor("cli"), writing=False) as uow:
        found = list_people(uow, limit=limit, everybody=status == "all")
    if as_json:
        give_json(found)
    else:
        for person in found:
            click.echo(f"{person['id']}  {person['search_state']:<12} {person['place']}")


@people.command("export")
@click.argument("public_id")
@with_runtime
def people_export(runtime: Runtime, public_id: str) -> None:
    """Everything that is stored about one person, as JSON, to be handed to that person."""
    from jobmatch.privacy.commands import export_for_cli

    give_json(export_for_cli(runtime, public_id))


@people.command("erase")
@click.argument("public_id")
@click.option("--dry-run", is_flag=True, help="Only print what would be blanked and what the law keeps.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_runtime
def people_erase(runtime: Runtime, public_id: str, dry_run: bool, yes: bool) -> None:
    """Erase one person; prints counts by table, what the law keeps how long, and which copies still hold them."""
    from jobmatch.privacy.commands import erase_for_cli

    if not dry_run and not yes:
        click.confirm(f"Erase {public_id} for good?", abort=True, err=True)
    give_json(erase_for_cli(runtime, public_id, dry_run=dry_run))


@cli.command("purge")
@click.option("--dry-run", is_flag=True, help="Only print what is due.")
@with_runtime
def purge_due(runtime: Runtime, dry_run: bool) -> None:
    """End what the retention periods (dated rules) end today; print the counts as JSON."""
    from jobmatch.privacy.commands import purge_for_cli

    give_json(purge_for_cli(runtime, dry_run=dry_run))


@cli.group()
def keys() -> None:
    """Keys of sealed columns and stored files."""


@keys.command("list")
@click.option("--json", "as_json", is_flag=True)
@with_runtime
def keys_list(runtime: Runtime, as_json: bool) -> None:
    """Data keys by number, with how many values each still seals; the last one seals new values."""
    from jobmatch.privacy.commands import list_keys

    found = list_keys(runtime)
    if as_json:
        give_json(found)
    else:
        for key in found:
            click.echo(f"{key['number']:>3}  {key['values']:>9}{'  seals' if key['is_newest'] else ''}")


@keys.command("new")
@with_runtime
def keys_new(runtime: Runtime) -> None:
    """Add a data key, which seals new values from now on; restart servers and workers afterwards."""
    from jobmatch.privacy.commands import new_key

    click.echo(new_key(runtime))
    say("Restart servers and workers, copy the new key to your backup, then run `jobmatch keys rotate`.")


@keys.command("rotate")
@click.option("--blind", is_flag=True, help="The key of blind indexes instead; stop servers and workers before.")
@click.option("--dry-run", is_flag=True, help="Only print how many values an older key still seals.")
@with_runtime
def keys_rotate(runtime: Runtime, blind: bool, dry_run: bool) -> None:
    """Seal every value and stored file anew under the newest data key; may be stopped and run again."""
    from jobmatch.privacy.commands import list_keys, rotate_blind_key, rotate_keys

    if dry_run:
        click.echo(sum(key["values"] for key in list_keys(runtime) if blind or not key["is_newest"]))
        return

    done = rotate_blind_key(runtime) if blind else rotate_keys(runtime, lambda count: say(f"{count} values …"))
    say(f"{done} values.")


@cli.group()
def postings() -> None:
    """Postings."""


@postings.command("check")
@click.argument("path", type=click.Path(exists=True, dir_okay=False))
@click.option("--json", "as_json", is_flag=True)
@with_runtime
def postings_check(runtime: Runtime, path: str, as_json: bool) -> None:
    """Hold a table of postings (csv, csv.gz, xlsx) against the law; exit code 3 where one may not be published.

    Columns are found by their names: title, duties, requirement_text and the like, or 岗位名称, 工作内容, 任职要求.
    """
    from jobmatch.cli.lists import check_postings

    with runtime.unit(system_actor("cli"), writing=False) as uow:
        found = check_postings(uow, path)
    if as_json:
        give_json(found)
    else:
        for posting in found:
            for finding in posting["findings"]:
                words = [finding[name] for name in ("severity", "rule", "field", "text", "message", "basis")]
                click.echo("  ".join([posting["id"] or str(posting["row"]), *words]))
    if any(posting["blocked"] for posting in found):
        sys.exit(3)


@cli.group("import")
def import_() -> None:
    """Bring tables in."""


@import_.command("postings")
@click.argument("path", type=click.Path(exists=True, dir_okay=False))
@click.option("--mapping", help="Name of a known mapping or a JSON file {field: column}; default: by the header.")
@with_runtime
def import_postings(runtime: Runtime, path: str, mapping: str | None) -> None:
    """Store the rows of a posting table (csv, csv.gz, xlsx) as unpublished imports; print the counts as JSON."""
    from pathlib import Path

    from jobmatch.exchange.services import import_postings as run

    result = run(
        lambda: runtime.unit(system_actor("import")),
        Path(path),
        mapping=mapping,
        progress=lambda done: say(f"{done} rows …"),
    )
    give_json(
        {
            "run": result.run_id,
            "rows": result.total,
            "stored": result.stored,
            "same": result.same,
            "refused": result.refused,
        }
    )


@import_.command("people")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Tell what would happen and store nothing.")
@click.option("--json", "as_json", is_flag=True)
@with_runtime
def import_people(runtime: Runtime, path: Path, dry_run: bool, as_json: bool) -> None:
    """Store the people of a table (xlsx, csv in GBK or UTF-8); each row that is not stored is listed with the reason.

    A run that was interrupted goes on where it stopped; the same table again stores nobody twice.
    """
    from jobmatch.cli.people import COUNTS
    from jobmatch.cli.people import import_people as run

    found = run(runtime, path, is_dry=dry_run, say=say)
    if as_json:
        give_json(found)
        return
    for note in found["notes"]:
        click.echo("  ".join(str(note[name]) for name in ("row", "column", "value", "reason") if note[name]))
    click.echo(", ".join(f"{found[name]} {name}" for name in COUNTS))


@import_.command("undo")
@click.argument("import_id")
@with_runtime
def import_undo(runtime: Runtime, import_id: str) -> None:
    """Take back the people of an import whom nobody touched since; print the counts as JSON."""
    from jobmatch.cli.people import undo_people

    give_json(undo_people(runtime, import_id))


@cli.group()
def demo() -> None:
    """A fictional county to look at and to try things on."""


@demo.command("build")
@click.option("--people", default=2000, show_default=True, type=click.IntRange(1, 200_000))
@click.option("--postings", default=600, show_default=True, type=click.IntRange(1, 100_000), help="Open at the end.")
@click.option("--seed", default=2026, show_default=True)
@click.option("--fresh", is_flag=True, help="Build anew where a demo county is there already.")
def demo_build(people: int, postings: int, seed: int, fresh: bool) -> None:
    """Build the demo county in the data directory; what is there already stays."""
    import jobmatch.tables  # noqa: F401 - the metadata must be complete before the first query
    from jobmatch.demo.build import build, is_built

    settings = Settings.read()
    if is_built(settings) and not fresh:
        say(f"The demo county in {settings.data_dir} is there already; --fresh builds it anew.")
        return
    build(settings, people=people, postings=postings, seed=seed, say=say)


@demo.command("accounts")
@click.option("--json", "as_json", is_flag=True, help="A list of {role, login, secret}.")
@with_runtime
def demo_accounts(runtime: Runtime, as_json: bool) -> None:
    """The sign-ins of the demo county."""
    from jobmatch.demo.accounts import read_accounts, sign_in_lines

    if as_json:
        give_json(read_accounts(runtime))
    else:
        click.echo(sign_in_lines(runtime))


def _add_groups() -> None:
    from jobmatch.cli.audit import audit
    from jobmatch.cli.backup import backup, drill, restore
    from jobmatch.cli.checks import check
    from jobmatch.cli.fairs import fairs
    from jobmatch.cli.logs import logs
    from jobmatch.cli.match import match
    from jobmatch.cli.report import report
    from jobmatch.cli.resume import resume
    from jobmatch.cli.roles import roles
    from jobmatch.cli.sessions import sessions
    from jobmatch.cli.simulate import simulate

    for command in (audit, backup, check, drill, logs, restore, sessions):
        cli.add_command(command)
    cli.add_command(fairs)
    cli.add_command(match)
    cli.add_command(report)
    cli.add_command(resume)
    db.add_command(roles)
    cli.add_command(simulate)


_add_groups()


def main() -> None:
    """Run the command; whatever an operator can mend is one line and exit code 2, never a trace."""
    gc.set_threshold(*GARBAGE)
    try:
        if sys.argv[1:2] != ["serve"]:
            gc.enable()  # who serves does so once it stands
        if sys.argv[1:2] in (["serve"], ["worker"]):
            share_counts(fresh=sys.argv[1] == "serve")
        cli(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (SetupError, AppError) as error:
        fields = "; ".join(f"{name}: {words}" for name, words in getattr(error, "fields", {}).items())
        words = str(error) or {404: "nothing has this id or name.", 409: "it has changed meanwhile."}.get(
            getattr(error, "status", 0), "this is not allowed."
        )
        click.echo(f"jobmatch: {words} {fields}".rstrip(), err=True)
        sys.exit(2)
