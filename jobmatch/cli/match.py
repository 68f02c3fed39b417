"""``jobmatch match …``: the ranking model."""

from __future__ import annotations

from pathlib import Path

import click

from jobmatch.cli.base import give_json, say, with_runtime
from jobmatch.core.runtime import Runtime


@click.group()
def match() -> None:
    """The ranking model."""


@match.command("recommend")
@click.option("--person", "person_id", required=True, help="Public id of the person.")
@click.option("--top", default=10, show_default=True, type=click.IntRange(1, 500))
@click.option("--json", "as_json", is_flag=True)
@with_runtime
def match_recommend(runtime: Runtime, person_id: str, top: int, as_json: bool) -> None:
    """Recommended postings for a person, best first, with reasons and gaps."""
    from jobmatch.matching.commands import recommend_for_cli

    found = recommend_for_cli(runtime, person_id, top)
    if as_json:
        give_json(found)
    else:
        for entry in found:
            click.echo(f"{entry['score']:>3}  {entry['id']}  {entry['title']}  {'；'.join(entry['reasons'][:2])}")


@match.command("fit")
@with_runtime
def match_fit(runtime: Runtime) -> None:
    """Fit the ranking model to what has happened so far, hold it against the later part, and print its card.

    It comes into use only where it falls below neither the rules nor the present model on any gate.
    """
    from jobmatch.matching.commands import fit_for_cli

    give_json(fit_for_cli(runtime))


@match.command("models")
@click.option("--json", "as_json", is_flag=True)
@with_runtime
def match_models(runtime: Runtime, as_json: bool) -> None:
    """Versions of the ranking model, the newest first; a star marks the one in use."""
    from jobmatch.matching.commands import list_models

    found = list_models(runtime)
    if as_json:
        give_json(found)
    else:
        for one in found:
            ndcg = "    -" if one["ndcg_at_10"] is None else f"{one['ndcg_at_10']:.3f}"
            words = [one["id"], one["fitted_at"][:16], f"{one['rows']:>7}", ndcg, one["verdict"]]
            click.echo("  ".join([("*" if one["is_active"] else " "), *words]))


@match.command("promote")
@click.argument("model_id")
@with_runtime
def match_promote(runtime: Runtime, model_id: str) -> None:
    """Put a version into use that passed when it was fitted."""
    from jobmatch.matching.commands import promote_model

    promote_model(runtime, model_id)
    say(f"The ranking model {model_id} is in use.")


@match.command("rules")
@click.option("--off", is_flag=True, help="Use fitted models again, beginning with the last one in use.")
@with_runtime
def match_rules(runtime: Runtime, off: bool) -> None:
    """Return to the rule ranking, and stay there whatever is fitted."""
    from jobmatch.matching.commands import switch_rules

    model_id = switch_rules(runtime, is_on=not off)
    say(f"The ranking model {model_id} is in use." if model_id else "The rule ranking is in use.")


@match.command("export")
@click.option("--people", required=True, type=click.Path(dir_okay=False, path_type=Path), help="File to write.")
@click.option("--postings", required=True, type=click.Path(dir_okay=False, path_type=Path), help="File to write.")
@click.option("--force", is_flag=True, help="Overwrite files that are there already.")
@with_runtime
def match_export(runtime: Runtime, people: Path, postings: Path, force: bool) -> None:
    """Write open people and postings as the ranking model sees them, for its owner only; see ml/README.md."""
    from jobmatch.matching.export import export_records

    written = export_records(runtime, people, postings, force)
    say(f"{written[0]} people, {written[1]} postings.")
