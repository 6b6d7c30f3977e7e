"""The program `passavant`: its commands, its language and how it shows errors."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from passavant import __version__
from passavant.cli import (
    account,
    clearance,
    dataset,
    demo,
    explain,
    generate,
    log,
    operators,
    people,
    policy,
    report,
    seal,
    serve,
    trail,
    verify,
    witness,
)
from passavant.cli.framework import App, usage_error
from passavant.cli.show import as_json, echo
from passavant.errors import PassavantError
from passavant.settings import language
from passavant.texts import pick

__all__ = ["app", "main"]

_INTERRUPTED = 130

app = App(
    name="passavant",
    help=pick(
        "Smart customs for e-commerce: advance data in, a release decision per consignment out.\n\n"
        "Example: passavant clear examples/day.csv --policy EU -o out",
        "Douane intelligente pour le commerce électronique : des données anticipées, une décision par envoi.\n\n"
        "Exemple : passavant clear examples/day.csv --policy EU -o out",
    ),
    epilog=pick(
        "Language: PASSAVANT_LANG=en|fr. Start with: passavant demo",
        "Langue : PASSAVANT_LANG=en|fr. Pour commencer : passavant demo",
    ),
)
app.command("demo", help=demo.HELP)(demo.demo)
app.command("clear", help=clearance.CLEAR_HELP)(clearance.clear)
app.command("explain", help=explain.HELP)(explain.explain)
app.command("account", help=account.HELP)(account.account)
app.command("report", help=report.HELP)(report.report)
app.command("seal", help=seal.HELP)(seal.seal)
app.command("verify", help=verify.HELP)(verify.verify)
app.command("serve", help=serve.HELP)(serve.serve)
app.add_typer(log.app, name="log")
app.add_typer(operators.app, name="operators")
app.add_typer(people.app, name="people")
app.add_typer(trail.app, name="trail")
app.add_typer(witness.app, name="witness")
app.add_typer(dataset.app, name="dataset")
app.add_typer(generate.app, name="generate")
app.add_typer(policy.app, name="policy")


def _version(wanted: bool) -> None:
    if wanted:
        echo(f"passavant {__version__}")
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
    """Run the program: exit 0 done, 1 the answer is no, 2 bad input, 70 a fault of Passavant."""
    sys.exit(_run())


def _run() -> int:
    try:
        answer = app(standalone_mode=False)
    except PassavantError as error:
        sys.stdout.flush()
        if "--json" in sys.argv:
            as_json({"error": error.record(language())}, err=True)
        else:
            echo(error.diagnostics(language()), err=True)
        return error.exit_code
    except typer.TyperException as error:
        _show_usage(error)
        return 2
    except typer.Abort:
        return _interrupted()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads: flush into nothing
        return 0
    except Exception as error:  # noqa: BLE001  # the last handler: whatever it is, the user is told what to do
        from passavant.cli.crash import EXIT_CODE, report_crash

        report_crash(error)
        return EXIT_CODE
    return _interrupted() if answer == _INTERRUPTED else answer if isinstance(answer, int) else 0


def _interrupted() -> int:
    echo(pick("Interrupted; nothing was written.", "Interrompu ; rien n'a été écrit."), err=True)
    return _INTERRUPTED


def _show_usage(error: typer.TyperException) -> None:
    """Say what is wrong with the call, and how to see what is right."""
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        echo(error.format_message(), err=True)
        return
    message = usage_error(error.format_message(), french=language() == "fr")
    if context is not None:
        echo(context.get_usage(), err=True)
    echo(f"{pick('Error: ', 'Erreur : ')}{message}", err=True)
    if context is not None:
        echo(pick(f"Next step: {context.command_path} --help", f"À faire : {context.command_path} --help"), err=True)


if __name__ == "__main__":
    main()
