"""Make one call of one function fail: the fetching, parsing and cryptography that a verification rests on.

    with counting() as calls: verify(…)          # how often each site is called
    with failing("vcwallet.keys.public_key:PublicKey.verify", at_call=2, error=OSError()): verify(…)

A site is named by its home; wherever in vcwallet the function was imported to by name, it is replaced too. A new site is a
line in `SITES`.
"""

import contextlib
import importlib
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache, wraps
from typing import Any

from vcwallet.errors import FetchFailed, Malformed, Refused, Undecided

SITES = (
    # fetching
    "tests.outside_world:OutsideWorld.fetch",
    "vcwallet.fetching.fetcher:fetch_json",
    "vcwallet.fetching.fetcher:check_size",
    "vcwallet.fetching.evidence:RecordingFetcher.fetch",
    "vcwallet.fetching.web_address:parse_web_address",
    # parsing
    "vcwallet.wire.strict_json:parse",
    "vcwallet.wire.strict_json:parse_object",
    "vcwallet.wire.strict_json:check",
    "vcwallet.wire.json_pointer:join",
    "vcwallet.wire.timestamps:parse_timestamp",
    "vcwallet.wire.timestamps:from_numeric_date",
    "vcwallet.wire.timestamps:format_timestamp",
    "vcwallet.wire.base_encodings:base64url_decode",
    "vcwallet.wire.base_encodings:multibase_decode",
    "vcwallet.wire.base_encodings:multicodec_split",
    "vcwallet.securing.envelope:recognise",
    "vcwallet.securing.jws:parse_compact",
    "vcwallet.securing.vc_jwt:credential_document",
    "vcwallet.securing.data_integrity:list_proofs",
    "vcwallet.securing.data_integrity:find_suite",
    "vcwallet.operations.baking:is_image",
    "vcwallet.operations.baking:unbake",
    "vcwallet.images.png:read_texts",
    "vcwallet.images.svg:read_elements",
    "vcwallet.credentials.embedded:embedded_credentials",
    "vcwallet.credentials.credential:is_newer",
    "vcwallet.credentials.credential:is_same_credential",
    # judging form
    "vcwallet.linked_data.compact_form:compact_form_problems",
    "vcwallet.credentials.structure_rules:structure_problems",
    "vcwallet.credentials.structure_rules:structure_notes",
    "vcwallet.credentials.schema_rules:structure_schema_for",
    "vcwallet.credentials.schema_rules:schema_problems",
    "vcwallet.credentials.schema_rules:problems_against",
    "vcwallet.credentials.learning_record:identity_problems",
    "vcwallet.credentials.learning_record:notes",
    "vcwallet.credentials.identity:matches",
    "vcwallet.securing.vc_jwt:check_header",
    "vcwallet.securing.vc_jwt:check_algorithm",
    "vcwallet.securing.vc_jwt:check_claims",
    # meaning
    "vcwallet.linked_data.context_loader:ContextLoader.load",
    "vcwallet.linked_data.context_loader:ContextLoader.digest",
    "vcwallet.linked_data.context_loader:ContextLoader.for_document",
    "vcwallet.linked_data.statements:to_statements",
    "vcwallet.linked_data.canonical_rdf:canonicalize",
    "vcwallet.wire.canonical_json:canonicalize",
    # keys and whose they are
    "vcwallet.dids.resolution:resolve_controller",
    "vcwallet.dids.resolution:find_verification_method",
    "vcwallet.dids.document:read_document",
    "vcwallet.dids.document:ControllerDocument.method",
    "vcwallet.dids.document:ControllerDocument.methods_for",
    "vcwallet.dids.https_jwks:find_in_jwks",
    "vcwallet.dids.https_jwks:fetch_jwk",
    "vcwallet.dids.https_controller:fetch_controller",
    "vcwallet.keys.multikey:public_key_from_multikey",
    "vcwallet.keys.jwk:public_key_from_jwk",
    "vcwallet.keys.jwk:check_jwk_may_verify",
    "vcwallet.securing.cryptosuite:VerificationKey.refuse_unless_current",
    # cryptography
    "vcwallet.keys.public_key:PublicKey.verify",
    "vcwallet.securing.jws:verify",
    "vcwallet.securing.suites.hash_then_sign:HashThenSign.verify",
    "vcwallet.securing.suites.hash_then_sign:HashThenSign.signing_input",
)

# As specialists raise them, and as nobody should.
ERRORS: tuple[Callable[[], Exception], ...] = (
    lambda: FetchFailed("unreachable", "injected"),
    lambda: OSError("injected"),
    lambda: ValueError("injected"),
    lambda: RuntimeError("injected"),
    lambda: MemoryError("injected"),
    lambda: KeyError("injected"),
    lambda: Undecided("injected", "injected"),
    lambda: Malformed("injected", "injected"),
    lambda: Refused("injected", "injected"),
)
# Those that say nothing about the credential: none of them may end in "invalid".
FAULTS_OF_OURS = (OSError, RuntimeError, MemoryError)


@lru_cache(maxsize=len(SITES))
def _places(site: str) -> tuple[tuple[Any, str, Any], ...]:
    """Everything that refers to the function: its class, or each module that has it under some name."""
    module_name, _, name = site.partition(":")
    module = importlib.import_module(module_name)
    owner, _, attribute = name.rpartition(".")
    if owner:
        holder = getattr(module, owner)
        return ((holder, attribute, vars(holder)[attribute]),)
    function = getattr(module, name)
    modules = [found for found_name, found in sorted(sys.modules.items()) if found_name.split(".")[0] == "vcwallet"]
    return tuple(
        (found, alias, function) for found in modules for alias, value in vars(found).items() if value is function
    )


@contextlib.contextmanager
def _replaced(site: str, before: Callable[[], None]) -> Iterator[None]:
    """Call `before` in front of every call of the function."""
    places = _places(site)

    @wraps(places[0][2])
    def watched(*args: Any, **named: Any) -> Any:
        before()
        return places[0][2](*args, **named)

    try:
        for holder, attribute, _ in places:
            setattr(holder, attribute, watched)
        yield
    finally:
        for holder, attribute, function in places:
            setattr(holder, attribute, function)


@contextlib.contextmanager
def counting() -> Iterator[Counter[str]]:
    """How often each site is called meanwhile."""
    calls: Counter[str] = Counter()
    with contextlib.ExitStack() as stack:
        for site in SITES:
            stack.enter_context(_replaced(site, lambda site=site: calls.update([site])))
        yield calls


@contextlib.contextmanager
def failing(site: str, *, at_call: int, error: Exception) -> Iterator[None]:
    """The call number `at_call` (from 1) of the site raises instead of doing anything."""
    number = 0

    def count() -> None:
        nonlocal number
        number += 1
        if number == at_call:
            raise error

    with _replaced(site, count):
        yield
