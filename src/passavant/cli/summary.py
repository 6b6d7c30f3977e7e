"""What a run comes to, on a terminal: counts, amounts and reasons in words, each with its code in brackets."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from passavant.cli.rejected import show_rejected
from passavant.cli.show import echo, table, unknown_amounts
from passavant.texts import Text, colon, number, pick, plural

if TYPE_CHECKING:
    from passavant.clearance import Run, Summary

__all__ = ["show_summary"]

_TOP_REASONS = 12
_TEXT_WIDTH = 60
_VENDORS = Text("VAT collected by vendors", "TVA perçue par les vendeurs")


def show_summary(run: Run) -> None:
    """Print what a run comes to."""
    from passavant.clearance.words import CATEGORIES, OUTCOME, with_code

    summary: Summary = run.summary
    echo(_headline(summary, run.manifest))
    outcomes = {with_code(OUTCOME.get(code), code): count for code, count in summary.by_outcome.items()}
    _counts(pick("outcome", "suite donnée"), outcomes, summary)
    categories = {
        with_code(CATEGORIES.get(int(code)), code) if code.isdigit() else "—": count
        for code, count in sorted(summary.by_category.items())
    }
    _counts(pick("category", "catégorie"), categories, summary)
    _amounts(summary)
    _reasons(run)
    if summary.rejected_rows:
        show_rejected(run.out)
    for notice in run.manifest["notices"]:
        echo(f"{pick('Notice', 'Remarque')}{colon()}{pick(notice['en'], notice['fr'])}")
    echo(f"{pick('Written to', 'Écrit dans')} {run.out}")


def _headline(summary: Summary, manifest: dict[str, Any]) -> str:
    rows, items, rejected, decided = summary.rows_in, summary.item_rows, summary.rejected_rows, summary.consignments
    policy = manifest["policy"]["id"]
    text = pick(
        f"{policy}: {number(rows)} rows in = {number(items)} goods items + {number(rejected)} rejected; "
        f"{number(decided)} consignments decided",
        f"{policy}\u00a0: {number(rows)} {plural(rows, 'ligne lue', 'lignes lues')} = "
        f"{number(items)} {plural(items, 'article')} + {number(rejected)} {plural(rejected, 'rejetée')}\u00a0; "
        f"{number(decided)} {plural(decided, 'envoi traité', 'envois traités')}",
    )
    if summary.earlier_versions:
        earlier = summary.earlier_versions
        text += pick(
            f", and {number(earlier)} {plural(earlier, 'earlier version', 'earlier versions')} decided beside, not counted below",
            f", et {number(earlier)} {plural(earlier, 'version antérieure traitée', 'versions antérieures traitées')} à côté, "
            "hors des comptes ci-dessous",
        )
    return f"{text}\n"


def _counts(heading: str, counts: dict[str, int], summary: Summary) -> None:
    rows = [[heading, pick("consignments", "envois"), pick("share", "part")]]
    rows += [[name, number(count), _share(count, summary.consignments)] for name, count in counts.items()]
    table(rows, right=(1, 2))
    echo()


def _amounts(summary: Summary) -> None:
    from passavant.clearance.words import AMOUNTS
    from passavant.money.display import show_amount

    currency = summary.currency or "XXX"
    labels = AMOUNTS | {"vendor_vat_minor": _VENDORS}
    rows = [[pick("amount", "montant"), currency]]
    rows += [[label.say(), show_amount(summary.sums[name], currency)] for name, label in labels.items()]
    table(rows, right=(1,))
    if summary.items_with_unknown_amounts:
        echo(unknown_amounts(summary.items_with_unknown_amounts))


def _reasons(run: Run) -> None:
    """Print the most frequent reasons, apart from the rules of duty and VAT that every item has."""
    from passavant.clearance.reason_words import general_text
    from passavant.clearance.run_law import law_of

    counts = [pair for pair in run.summary.by_reason.items() if not pair[0].startswith(("policy.duty.", "policy.vat."))]
    if not counts:
        return
    law = law_of(run.out, run.manifest)
    rows = [[pick("reason", "motif"), pick("goods items", "articles")]]
    for code, count in counts[:_TOP_REASONS]:
        reason = law.reasons.get(code)
        text = textwrap.shorten(general_text(reason, law, None), _TEXT_WIDTH, placeholder=" …") if reason else ""
        rows.append([f"{text} ({code})" if text else code, number(count)])
    echo()
    table(rows, right=(1,))
    if counts[_TOP_REASONS:]:
        more = len(counts) - _TOP_REASONS
        echo(
            pick(
                f"… and {number(more)} more, in manifest.json",
                f"… et {number(more)} {plural(more, 'autre')}, dans manifest.json",
            )
        )


def _share(count: int, whole: int) -> str:
    return f"{number(100 * count / whole, decimals=1)} %" if whole else "—"
