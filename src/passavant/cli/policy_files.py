"""`passavant policy check` and `copy`: a policy of one's own, made and verified."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from passavant.cli.options import JSON, POLICY_NAME
from passavant.cli.show import as_json, echo
from passavant.texts import pick

__all__ = ["CHECK_HELP", "COPY_HELP", "check", "copy"]

CHECK_HELP = pick(
    "Check a policy file (form, dates without holes, names, a last rule), or a file of analyst rules; exit 1 when it is not valid."
    "\n\nExample: passavant policy check my-policy.yaml",
    "Vérifie un fichier de réglementation (forme, dates sans trou, noms, dernière règle) ou de règles d'analyste ; "
    "code 1 s'il n'est pas valable.\n\nExemple : passavant policy check ma-réglementation.yaml",
)
COPY_HELP = pick(
    "Write a copy of a policy, to change and clear with.\n\nExample: passavant policy copy EU my-policy.yaml",
    "Écrit une copie d'une réglementation, à modifier puis à appliquer.\n\n"
    "Exemple : passavant policy copy EU ma-réglementation.yaml",
)
_UNREADABLE = ("policy.file.unknown", "texts.yaml.unreadable")


def check(name: POLICY_NAME, json_: JSON = False) -> None:
    """Load a policy, or analyst rules, with all checks."""
    from passavant.errors import BadInput
    from passavant.settings import language

    try:
        found = _checked(name)
    except BadInput as error:
        if error.code in _UNREADABLE:
            raise
        if json_:
            as_json({"valid": False, "code": error.code, "en": error.diagnostics("en"), "fr": error.diagnostics("fr")})
        else:
            echo(error.diagnostics(language()))
        raise typer.Exit(1) from error
    if json_:
        as_json(found)
    else:
        echo(_verdict(found))


def copy(
    name: POLICY_NAME,
    target: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help=pick("File to write; it must not exist yet.", "Fichier à écrire ; il ne doit pas encore exister."),
        ),
    ],
) -> None:
    """Copy a policy, and the tariff table that stands beside it when it has one of its own."""
    from passavant.policy import load_policy

    policy = load_policy(name)
    _write(target, policy.path)
    tariff, written = policy.tariff_path, [target]
    if tariff is not None and tariff.parent == policy.path.parent:
        beside = target.parent / tariff.name
        if not (beside.exists() and beside.read_bytes() == tariff.read_bytes()):
            _write(beside, tariff)
            written.append(beside)
    load_policy(target)
    names = ", ".join(map(str, written))
    echo(
        pick(
            f"{names} written. Change it, then: passavant policy check {target}",
            f"{names} : copie écrite. Modifiez-la, puis : passavant policy check {target}",
        )
    )


def _checked(name: str) -> dict[str, Any]:
    if _holds_rules(name):
        from passavant.clearance.rules import load_rules

        rules = load_rules([Path(name)])
        return {"rules_file": name, "valid": True, "digest": rules.digest, "rules": len(rules.conditions)}
    from passavant.policy import load_policy, tariff_table

    policy = load_policy(name)
    lines = tariff_table(policy).num_rows
    return {
        "policy": policy.id,
        "valid": True,
        "digest": policy.digest,
        "rules": len(policy.expressions),
        "tariff_lines": lines,
    }


def _holds_rules(name: str) -> bool:
    """Tell a file of analyst rules from a policy by its first key."""
    from passavant.texts import load_yaml

    path = Path(name)
    data = load_yaml(path).data if path.is_file() else None
    return isinstance(data, dict) and "rules_version" in data


def _verdict(found: dict[str, Any]) -> str:
    digest = found["digest"][:16]
    if "rules_file" in found:
        return pick(
            f"{found['rules_file']}: valid; {found['rules']} analyst rules, digest {digest}",
            f"{found['rules_file']} : valable ; {found['rules']} règles d'analyste, empreinte {digest}",
        )
    return pick(
        f"{found['policy']}: valid; {found['rules']} conditions, {found['tariff_lines']} HS6 lines, digest {digest}",
        f"{found['policy']} : valable ; {found['rules']} conditions, {found['tariff_lines']} lignes SH6, empreinte {digest}",
    )


def _write(target: Path, source: Path) -> None:
    from passavant.errors import BadInput, Place
    from passavant.texts.file_faults import fault_of

    try:
        with target.open("xb") as file:
            file.write(source.read_bytes())
    except OSError as error:
        why = fault_of(error)
        raise BadInput(
            "cli.file.unwritable",
            got=(f"the file cannot be written: {why.en}", f"le fichier ne peut être écrit : {why.fr}"),
            expected=(
                "a file that does not exist yet, in a folder that does",
                "un fichier nouveau, dans un dossier existant",
            ),
            next_step=("Name another file.", "Indiquez un autre fichier."),
            place=Place(file=str(target)),
        ) from error
