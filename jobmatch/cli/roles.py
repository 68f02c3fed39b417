"""``jobmatch db roles``: the role that the web and worker processes connect as."""

from __future__ import annotations

import click

from jobmatch.cli.base import say, with_runtime
from jobmatch.core.db_roles import web_role_statements
from jobmatch.core.errors import SetupError
from jobmatch.core.runtime import Runtime


@click.command()
@click.option("--web", "name", required=True, help="Name of the role, such as jobmatch_web.")
@click.option("--apply", "is_applied", is_flag=True, help="Execute the statements instead of printing them.")
@with_runtime
def roles(runtime: Runtime, name: str, is_applied: bool) -> None:
    """SQL for the web role on PostgreSQL; to be run as the owner of the tables after every upgrade."""
    if runtime.database.is_sqlite:
        raise SetupError("SQLite has no roles. This is for PostgreSQL.")
    with runtime.database.engine.begin() as connection:
        statements = web_role_statements(connection, name)
        if is_applied:
            for statement in statements:
                connection.exec_driver_sql(statement)
    for statement in statements:
        click.echo(f"{statement};")
    if is_applied:
        say(f"{name} is ready. Set its password in psql with \\password {name}, then put it into the database address.")
