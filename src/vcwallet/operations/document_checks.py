"""The questions about what a credential says, each from facts to a `Check`: its form, its words, its schemas, its dates.

The functions neither loop over credentials nor call each other; `verifying.py` decides which of them run, in which
order. A check raises nothing for a bad credential.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from vcwallet.credentials import schema_rules, structure_rules
from vcwallet.credentials.credential import as_list, as_text_list
from vcwallet.errors import Malformed, Problem, Undecided, VcwalletError
from vcwallet.fetching.fetcher import fetch_json
from vcwallet.linked_data.compact_form import compact_form_problems
from vcwallet.operations.answers import failed, passed, skipped, unknown
from vcwallet.operations.facts import DocumentFacts, Facts
from vcwallet.report import Check
from vcwallet.securing import data_integrity
from vcwallet.wire import json_pointer
from vcwallet.wire.timestamps import from_numeric_date, parse_timestamp

# A JSON Schema for a credential has a few ten kB; the published ones of 1EdTech at most 120.
_MAX_SCHEMA_BYTES = 512 * 1024
_MAX_SCHEMAS = 8

_SCHEMA_TYPES = frozenset({"1EdTechJsonSchemaValidator2019", "JsonSchema"})


# --- 1 structure -----------------------------------------------------------------------------------------------------


def check_form(facts: DocumentFacts) -> Check:
    """The document is compacted JSON-LD, so that what we read as JSON is what was signed (VCDM 2.0, 1.3 and 6.1)."""
    problems = tuple(compact_form_problems(dict(facts.unsecured), facts.toolkit.contexts))
    if problems:
        return failed("structure", problems, malformed=True)
    return passed("structure", "form_is_compact", "the document is compacted JSON-LD")


def check_structure(facts: Facts) -> Check:
    """The credential has the members that its kind must have, of the types that they must have."""
    document = dict(facts.document)
    problems = structure_faults(document)
    notes = tuple(structure_rules.structure_notes(document))
    if problems:
        return replace(failed("structure", tuple(problems), malformed=True), notes=notes)
    kind = facts.credential.kind
    return passed("structure", "structure_sound", f"the document is a well-formed {kind}", notes=notes)


def structure_faults(document: dict[str, Any]) -> list[Problem]:
    """What keeps a document from being a credential of its kind, by the rules and by the schema of its structure."""
    problems = list(structure_rules.structure_problems(document))
    schema = schema_rules.structure_schema_for(document)
    if schema is not None:
        named = {problem.pointer for problem in problems}
        # A rule says in words what the schema says in a formula: where both speak, the words are enough.
        problems += [
            problem
            for problem in schema_rules.schema_problems(_with_one_status(document), schema)
            if problem.pointer not in named
        ]
    return problems


def _with_one_status(document: dict[str, Any]) -> dict[str, Any]:
    """The document as the schemas of Open Badges read it, whose model has one status entry.

    Data model 2.0 has any number of them (VCDM 2.0, 4.10), and issuers who may revoke and suspend need two. Each is looked
    up, so several are taken; that each is an object with a type is a rule of its own.
    """
    entries = document.get("credentialStatus")
    if isinstance(entries, list) and entries and all(isinstance(entry, dict) for entry in entries):
        return {**document, "credentialStatus": entries[0]}
    return document


# --- 2 context -------------------------------------------------------------------------------------------------------


def check_context(facts: DocumentFacts) -> Check:
    """Every context is known and every term has a meaning, so that nothing escapes the signature (JSON-LD safe mode)."""
    facts.transformer.dataset(facts.unsecured)
    for pointer, proof in _unsupported_proofs(facts):
        try:
            # What a proof brings comes after the document's, as in JSON-LD: alone it does not even say what `type` is.
            contexts = [*as_list(facts.document.get("@context")), *as_list(proof.get("@context"))]
            facts.transformer.dataset({**proof, "@context": contexts})
        except VcwalletError as problem:
            raise problem.placed_under(pointer) from problem
    notes = tuple(
        Problem(
            "term_not_signed",
            "no context of this credential defines this term, so the embedded proof does not cover it",
            pointer,
        )
        for pointer in facts.transformer.ignored
    )
    return passed("context", "terms_defined", "every term is defined by a known context", notes=notes)


def _unsupported_proofs(facts: DocumentFacts) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Proofs that no suite of the toolkit reads. Those that one reads are read, context and all, by that suite."""
    if facts.token is None and "proof" in facts.document:
        try:
            proofs = data_integrity.list_proofs(facts.document)
        except Malformed:
            return  # the proof check names it
        for pointer, proof in proofs:
            if data_integrity.find_suite(proof, facts.toolkit.cryptosuites) is None:
                yield pointer, proof


# --- 5 schema --------------------------------------------------------------------------------------------------------


def check_schema(facts: Facts, *, may_fetch: bool) -> Check:
    """The credential keeps to the schemas that it names itself (VCDM 2.0, 4.11; OB 3.0, 9.1 step 1)."""
    entries = as_list(facts.document.get("credentialSchema"))
    if not entries:
        return skipped("schema", "schema_absent", "the credential names no schema")
    failures: list[Problem] = []
    open_: list[Problem] = []
    for index, entry in enumerate(entries[:_MAX_SCHEMAS]):
        pointer = "/credentialSchema" if len(entries) == 1 else json_pointer.join("/credentialSchema", index)
        try:
            failures += _problems_by_schema(facts, entry, pointer, may_fetch=may_fetch)
        except Undecided as problem:
            open_.append(problem.problem)
        except VcwalletError as problem:
            failures.append(problem.problem)
    if len(entries) > _MAX_SCHEMAS:
        open_.append(
            Problem("too_many_schemas", f"only the first {_MAX_SCHEMAS} schemas were tried", "/credentialSchema")
        )
    if failures:
        return failed("schema", tuple(failures))
    if open_:
        return unknown("schema", *open_)
    return passed("schema", "schema_kept", "the credential keeps to the schemas that it names")


def _problems_by_schema(facts: Facts, entry: Any, pointer: str, *, may_fetch: bool) -> list[Problem]:
    schema_type = entry.get("type") if isinstance(entry, Mapping) else None
    address = entry.get("id") if isinstance(entry, Mapping) else None
    if not isinstance(address, str) or not _SCHEMA_TYPES.intersection(as_text_list(schema_type)):
        raise Undecided("schema_type_unsupported", "this type of schema cannot be applied here", pointer=pointer)
    document = dict(facts.document)
    name = schema_rules.bundled_schema(address)
    if name is not None:
        return schema_rules.schema_problems(document, name)
    if not may_fetch:
        raise Undecided("schema_not_fetched", "nothing is fetched on behalf of an unproven credential", pointer=pointer)
    schema, _ = fetch_json(
        facts.toolkit.fetcher, address, accept="application/schema+json, application/json", max_bytes=_MAX_SCHEMA_BYTES
    )
    if not isinstance(schema, dict):
        raise Undecided("credential_schema_unusable", "expected the schema to be a JSON object", pointer=pointer)
    return schema_rules.problems_against(document, schema)


# --- 6 period --------------------------------------------------------------------------------------------------------


def check_period(facts: Facts) -> Check:
    """The credential is valid at the time asked about (VCDM 2.0, 4.9), give or take the policy's clock skew."""
    begins, ends = _period(facts)
    notes = () if facts.policy.refresh else _refresh_notes(facts)
    for pointer, begin in begins:
        if begin > facts.at + facts.policy.clock_skew:
            message = f"the credential is not valid before {begin.isoformat()}"
            return replace(failed("period", (Problem("not_yet_valid", message, pointer),)), notes=notes)
    for pointer, end in ends:
        if end < facts.at - facts.policy.clock_skew:
            hint = "it may have been true until then; ask the issuer whether there is a newer one"
            problem = Problem("expired", f"the credential was valid until {end.isoformat()}", pointer, hint)
            return replace(failed("period", (problem,)), notes=notes)
    if ends:
        return passed(
            "period",
            "in_period",
            f"the credential is valid until {min(end for _, end in ends).isoformat()}",
            notes=notes,
        )
    return passed("period", "in_period", "the credential has begun to be valid and states no end", notes=notes)


def _period(facts: Facts) -> tuple[list[tuple[str, datetime]], list[tuple[str, datetime]]]:
    """Every stated beginning and end with its place; those of a token count beside those of the credential."""
    claims = facts.token.unverified_claims if facts.token else {}

    def stated(members: tuple[str, ...], claim: str) -> list[tuple[str, datetime]]:
        found = [
            (f"/{member}", parse_timestamp(facts.document[member], pointer=f"/{member}"))
            for member in members
            if member in facts.document
        ]
        if claim in claims:
            found.append((f"/{claim}", from_numeric_date(claims[claim], pointer=f"/{claim}")))
        return found

    return stated(("validFrom", "issuanceDate"), "nbf"), stated(("validUntil", "expirationDate"), "exp")


def _refresh_notes(facts: Facts) -> tuple[Problem, ...]:
    if "refreshService" not in facts.document:
        return ()
    message = "the issuer offers a way to get a newer version of this credential; it was not asked"
    return (Problem("refresh_available", message, "/refreshService"),)
