"""The declared columns: complete, in the contract's order, in both languages, with rules that can be run."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from passavant.dataset.schema import SCHEMA_FILE, Schema, intake_arrow_schema, load_schema
from passavant.engines import parse_rule
from passavant.errors import BadInput, NotFound
from passavant.texts import load_yaml, parse_yaml, validate

WCO_FILE = Path(__file__).parents[3] / "shared/data/vocab/wco-dm-3.6-hmrc/wco-dec-3.6-elements.csv"


def words(text: str) -> list[str]:
    """Return the words of a text."""
    return text.split()


COLUMNS = words("""
administration declarant_id declaration_id version item_no lodged_at accepted_at arrival_at channel
s10 house_waybill master_waybill receptacle departure_country importer_name importer_address importer_country
importer_id exporter_name exporter_address exporter_country exporter_id seller_id marketplace_id order_id
nature scheme scheme_id procedure aeo_id device_id currency intrinsic_value transport_cost insurance_cost
amount_paid payment_ref description hs_code origin quantity unit gross_mass_kg net_mass_kg packages second_hand
supporting_documents
""")
HOLDERS = set(
    words(
        "platform seller buyer marketplace carrier post broker declarant manufacturer payment_provider aeo_holder "
        "warehouse customs"
    )
)
PARTY_COLUMNS = set(words("importer_name importer_address importer_id exporter_name exporter_address exporter_id"))


def changed(**changes: Any) -> Schema:
    """Validate the shipped file with some members of its element `quantity` changed."""
    content = load_yaml(SCHEMA_FILE).data
    element = next(one for one in content["elements"] if one["name"] == "quantity")
    element.update(changes)
    return validate(Schema, parse_yaml(json.dumps(content, indent=1, ensure_ascii=False), "broken.yaml"))


def test_the_columns_stand_in_the_order_of_the_contract() -> None:
    assert tuple(COLUMNS) == load_schema().names


def test_the_key_names_one_goods_item_of_one_version() -> None:
    assert ("administration", "declarant_id", "declaration_id", "version", "item_no") == load_schema().key


def test_both_languages_are_written_and_differ() -> None:
    elements = load_schema().elements

    assert [] == [one.name for one in elements if one.definition.en == one.definition.fr]
    assert [] == [
        one.name for one in elements if not one.definition.en.endswith(".") or not one.definition.fr.endswith(".")
    ]
    assert len(elements) == len({one.label.en for one in elements}) == len({one.label.fr for one in elements})


def test_a_label_starts_with_a_capital_and_does_not_end_a_sentence() -> None:
    labels = [text for one in load_schema().elements for text in (one.label.en, one.label.fr)]

    assert [] == [label for label in labels if not label[0].isupper() or label.endswith(".")]


def test_holders_are_the_known_ones_and_each_holds_something() -> None:
    schema = load_schema()

    assert {one.id for one in schema.holders} == HOLDERS
    assert {holder for one in schema.elements for holder in one.held_by} == HOLDERS


def test_every_message_carries_something_and_what_customs_sets_travels_in_none() -> None:
    schema = load_schema()

    assert {one.id for one in schema.messages} == {name for one in schema.elements for name in one.sent_in}
    assert {"administration", "accepted_at"} == {one.name for one in schema.elements if not one.sent_in}
    assert [] == [one.name for one in schema.elements if not one.sent_in and one.held_by != ("customs",)]


def test_what_a_relayed_message_carries_the_next_one_carries_too() -> None:
    schema = load_schema()
    lost = [
        (one.name, message.via)
        for message in schema.messages
        for one in schema.elements
        if message.via and message.id in one.sent_in and message.via not in one.sent_in
    ]

    assert [] == lost


@pytest.mark.parametrize(
    "element", [one for one in load_schema().elements if one.required_when], ids=lambda one: one.name
)
def test_a_required_when_rule_reads_declared_columns_that_intake_keeps(element: Any) -> None:
    schema = load_schema()

    parse_rule(element.required_when).check(set(schema.names) & set(schema.intake_arrow_schema().names))


def test_personal_columns_are_keyed_or_references() -> None:
    personal = {one.name for one in load_schema().elements if one.privacy == "personal"}
    keyed = {one.name for one in load_schema().elements if one.intake}

    assert keyed == PARTY_COLUMNS
    assert personal - keyed == {"payment_ref"}


def test_the_declared_types_are_those_of_the_contract() -> None:
    schema = load_schema().arrow_schema()
    amounts = ("intrinsic_value", "transport_cost", "insurance_cost", "amount_paid")

    assert {pa.decimal128(18, 4)} == {schema.field(name).type for name in amounts}
    assert pa.decimal128(18, 3) == schema.field("quantity").type
    assert {pa.decimal128(14, 3)} == {schema.field(name).type for name in ("gross_mass_kg", "net_mass_kg")}
    assert {pa.int32()} == {schema.field(name).type for name in ("version", "item_no", "packages")}
    assert {pa.timestamp("us", "UTC")} == {
        schema.field(name).type for name in ("lodged_at", "accepted_at", "arrival_at")
    }
    assert pa.bool_() == schema.field("second_hand").type
    assert 33 == [field.type for field in schema].count(pa.string())


def test_codes_are_set_in_the_case_of_the_contract() -> None:
    by_type = {one.name: one.type for one in load_schema().elements}
    upper = {name for name, kind in by_type.items() if kind == "code_upper"}

    assert {"channel", "nature", "scheme", "procedure"} == {
        name for name, kind in by_type.items() if kind == "code_lower"
    }
    assert upper == {
        "s10",
        "scheme_id",
        "currency",
        "unit",
        "origin",
        "departure_country",
        "importer_country",
        "exporter_country",
    }
    assert "digits" == by_type["hs_code"]


def test_intake_drops_names_and_adds_keys_and_provenance() -> None:
    schema = intake_arrow_schema()
    added = [name for name in schema.names if name not in COLUMNS]

    assert [name for name in COLUMNS if name not in PARTY_COLUMNS] == schema.names[: -len(added)]
    assert added == words(
        "source_file source_row consignment_id importer_key exporter_key importer_id_key exporter_id_key "
        "importer_id_form importer_party_stop exporter_party_stop stratum_draw importer_name_given "
        "importer_address_given exporter_name_given exporter_address_given"
    )
    assert {pa.int64()} == {schema.field(name).type for name in added if name.endswith(("_key", "_row", "_draw"))}
    assert {pa.bool_()} == {schema.field(name).type for name in added if name.endswith("_stop")}


def test_an_intake_column_named_by_an_element_exists() -> None:
    named = {one.intake for one in load_schema().elements if one.intake}

    assert named <= set(intake_arrow_schema().names)


def test_an_unknown_element_is_answered_with_the_nearest_names() -> None:
    with pytest.raises(NotFound) as caught:
        load_schema().element("gross_mass")

    assert "gross_mass_kg" in caught.value.next_step[0]
    assert 1 == caught.value.exit_code


def test_an_unlike_name_is_answered_with_the_command_that_lists_them() -> None:
    with pytest.raises(NotFound) as caught:
        load_schema().element("zzzz")

    assert "dataset show" in caught.value.next_step[1]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"colour": "red"}, "colour"),
        ({"held_by": ["stranger"]}, "stranger"),
        ({"sent_in": ["pigeon"]}, "pigeon"),
        ({"scale": None}, "precision and scale"),
        ({"type": "string"}, "precision and scale"),
        ({"eucdm": None}, "eucdm_status"),
        ({"repeats": True}, "repeats"),
        ({"name": "origin"}, "twice"),
        ({"label": {"en": "Quantity"}}, "fr"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_line(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput) as caught:
        changed(**changes)

    assert said in str(caught.value)
    assert re.match(r"broken\.yaml:\d+", str(caught.value))


def test_the_shipped_file_reads_back_unchanged() -> None:
    assert load_schema() == changed()


@pytest.mark.skipif(not WCO_FILE.exists(), reason="the WCO element list is not at hand")
def test_no_definition_is_a_wco_definition_and_every_wco_id_exists() -> None:
    with WCO_FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    theirs = {_plain(row["definition"]) for row in rows}
    known = {row["wco_id"] for row in rows} | {"D023"}  # transport document number: not in the import declaration
    elements = load_schema().elements

    assert [] == [one.name for one in elements if _plain(one.definition.en) in theirs]
    assert [] == [one.name for one in elements if one.wco_id and one.wco_id not in known]


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().lower()
