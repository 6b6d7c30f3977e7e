"""The program `passavant`: its commands, its language and how it shows errors."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from passavant import __version__
from passavant.cli import clearance, dataset, demo, generate, policy
from passavant.errors import PassavantError
from passavant.settings import language
from passavant.texts import pick

__all__ = ["app", "main"]

app = typer.Typer(
    name="passavant",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help=pick(
        "Smart customs for e-commerce: advance data in, a release decision per consignment out.",
        "Douane intelligente pour le commerce électronique : des données anticipées, une décision par envoi.",
    ),
    epilog=pick(
        "Language: PASSAVANT_LANG=en|fr. Start with: passavant demo",
        "Langue : PASSAVANT_LANG=en|fr. Pour commencer : passavant demo",
    ),
)
app.command("demo", help=demo.HELP)(demo.demo)
app.command("clear", help=clearance.CLEAR_HELP)(clearance.clear)
app.command("explain", help=clearance.EXPLAIN_HELP)(clearance.explain)
app.command("account", help=clearance.ACCOUNT_HELP)(clearance.account)
app.add_typer(dataset.app, name="dataset")
app.add_typer(generate.app, name="generate")
app.add_typer(policy.app, name="policy")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"passavant {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help=pick("Show the version.", "Affiche la version.")
        ),
    ] = False,
) -> None:
    """Options of the program itself."""


def main() -> None:
    """Run the program: exit 0 done, 1 the answer is no, 2 bad input."""
    try:
        app()
    except PassavantError as error:
        sys.stdout.flush()
        typer.echo(error.diagnostics(language()), err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except KeyboardInterrupt:
        typer.echo(pick("Interrupted; nothing was written.", "Interrompu ; rien n'a été écrit."), err=True)
        sys.exit(130)


if __name__ == "__main__":
    main()
