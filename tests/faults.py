"""Make one call of one function fail: the fetching, parsing and cryptography that a verification rests on.

    with counting() as calls: verify(…)          # how often each site is called
    with failing("vcwallet.keys.public_key:PublicKey.verify", at_call=2, error=OSError()): verify(…)
    with answering_nothing("vcwallet.wire.strict_json:parse", at_call=1): verify(…)

A site is named by its home; wherever in vcwallet the function was imported to by name, it is replaced too. A new site is a
line in `SITES`.
"""

import contextlib
import importlib
import inspect
import pkgutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache, partial, wraps
from itertools import count
from typing import Any, Final, get_args

from vcwallet import operations
from vcwallet.dids import did_key
from vcwallet.errors import FetchFailed, Malformed, Problem, Refused, Undecided
from vcwallet.keys import multikey

# Some are loaded when they are first needed, and would then bring the functions along that were replaced elsewhere.
for _found in pkgutil.walk_packages(operations.__path__, "vcwallet.operations."):
    importlib.import_module(_found.name)

SITES = (
    # fetching
    "vcwallet.testing.outside_world:OutsideWorld.fetch",
    "vcwallet.fetching.fetcher:fetch_json",
    "vcwallet.fetching.fetcher:check_size",
    "vcwallet.fetching.evidence:RecordingFetcher.fetch",
    "vcwallet.fetching.web_address:parse_web_address",
    "vcwallet.operations.badge_v2.documents:Documents.find",
    "vcwallet.operations.badge_v2.documents:Documents.find_at_home",
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
    "vcwallet.wire.bounded_gzip:inflate_gzip",
    "vcwallet.wire.bounded_gzip:inflate_zlib",
    "vcwallet.wire.strict_cbor:decode",
    "vcwallet.securing.envelope:recognise",
    "vcwallet.securing.enveloped:is_envelope",
    "vcwallet.securing.enveloped:open_envelope",
    "vcwallet.securing.jws:parse_compact",
    "vcwallet.securing.vc_jwt:credential_document",
    "vcwallet.securing.vc_jose:document_of",
    "vcwallet.securing.vp_jwt:document_of",
    "vcwallet.securing.sd_jwt.compact_form:parse_sd_jwt",
    "vcwallet.securing.sd_jwt.disclosure:parse_disclosure",
    "vcwallet.securing.sd_jwt.processed_claims:process",
    "vcwallet.securing.suites.disclosure_proofs:header_of",
    "vcwallet.securing.data_integrity:list_proofs",
    "vcwallet.securing.data_integrity:find_suite",
    "vcwallet.operations.baking:is_image",
    "vcwallet.operations.baking:unbake",
    "vcwallet.images.png:read_texts",
    "vcwallet.images.svg:read_elements",
    "vcwallet.credentials.embedded:embedded_credentials",
    "vcwallet.credentials.badge_v2:parse_moment",
    "vcwallet.credentials.badge_v2_upgrade:upgrade",
    "vcwallet.credentials.credential:is_newer",
    "vcwallet.credentials.credential:is_same_credential",
    # judging form
    "vcwallet.operations.document_kind:is_badge_v2",
    "vcwallet.operations.document_kind:refuse_presentation",
    "vcwallet.operations.document_kind:refuse_credential",
    "vcwallet.credentials.badge_v2_rules:problems",
    "vcwallet.credentials.presentation_rules:presentation_problems",
    "vcwallet.securing.sd_jwt.token_kinds:token_kind",
    "vcwallet.securing.sd_jwt.token_kinds:check_sd_jwt_vc",
    "vcwallet.securing.sd_jwt.token_kinds:check_document",
    "vcwallet.securing.vc_jose:check_header",
    "vcwallet.securing.vc_jose:check_claims",
    "vcwallet.securing.vc_jose:check_issuer_claim",
    "vcwallet.securing.vp_jwt:check_header",
    "vcwallet.securing.vp_jwt:claim_problems",
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
    "vcwallet.linked_data.context_loader:ContextLoader.for_one_document",
    "vcwallet.linked_data.statements:read",
    "vcwallet.linked_data.canonical_rdf:canonicalize",
    "vcwallet.wire.canonical_json:canonicalize",
    "vcwallet.securing.suites.disclosure_proofs:proof_hash",
    "vcwallet.securing.suites.disclosure_proofs:lines_hash",
    "vcwallet.securing.suites.disclosure_proofs:shown_lines",
    "vcwallet.securing.sd_jwt.disclosure:digest",
    # withdrawal
    "vcwallet.status.bitstring:expand",
    "vcwallet.status.bitstring:value_at",
    "vcwallet.status.bitstring_list:BitstringListMethod.read",
    "vcwallet.status.bitstring_list:refuse_other_issuer",
    "vcwallet.status.revocation_list:RevocationListMethod.read",
    "vcwallet.status.token_status_list:read_reference",
    "vcwallet.status.token_status_list:read_status",
    # keys and whose they are
    "vcwallet.operations.key_lookup:find_key",
    "vcwallet.operations.key_lookup:find_token_key",
    "vcwallet.operations.key_lookup:find_controlled_key",
    "vcwallet.operations.key_lookup:find_sd_jwt_vc_key",
    "vcwallet.operations.key_lookup:refuse_unless_fit",
    "vcwallet.operations.key_lookup:refuse_unless_published",
    "vcwallet.dids.jwt_vc_issuer:find_key",
    "vcwallet.keys.pem:public_key_from_pem",
    "vcwallet.securing.sd_jwt.key_binding:holder_key",
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
    "vcwallet.securing.suites.ecdsa_sd:EcdsaSd.verify",
    "vcwallet.securing.suites.bbs:Bbs.verify",
    "vcwallet.keys.bbs:verify",
    "vcwallet.keys.bbs:verify_proof",
    "vcwallet.securing.sd_jwt.key_binding:verify_key_binding",
)

# As specialists raise them, and as nobody should.
ERRORS: tuple[Callable[[], Exception], ...] = (
    lambda: FetchFailed("unreachable", "injected"),
    lambda: OSError("injected"),
    lambda: ValueError("injected"),
    lambda: RuntimeError("injected"),
    lambda: RecursionError("injected"),
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


_REALLY_CALL: Final = object()


@contextlib.contextmanager
def _replaced(site: str, instead: Callable[[], Any]) -> Iterator[None]:
    """Ask `instead` at every call of the function: it raises, or has an answer, or lets the function itself answer."""
    places = _places(site)

    @wraps(places[0][2])
    def watched(*args: Any, **named: Any) -> Any:
        answer = instead()
        return places[0][2](*args, **named) if answer is _REALLY_CALL else answer

    # Keys that were read once are remembered, and reading is among what has to fail.
    multikey._cached.cache_clear()
    try:
        for holder, attribute, _ in places:
            setattr(holder, attribute, watched)
        yield
    finally:
        for holder, attribute, function in places:
            setattr(holder, attribute, function)


def _forget_keys() -> None:
    """Otherwise what reads them would be called the first time only."""
    multikey._cached.cache_clear()
    did_key._document.cache_clear()


@contextlib.contextmanager
def counting() -> Iterator[Counter[str]]:
    """How often each site is called meanwhile."""
    _forget_keys()
    calls: Counter[str] = Counter()

    def counted(site: str) -> object:
        calls[site] += 1
        return _REALLY_CALL

    with contextlib.ExitStack() as stack:
        for site in SITES:
            stack.enter_context(_replaced(site, partial(counted, site)))
        yield calls


@contextlib.contextmanager
def failing(site: str, *, at_call: int, error: BaseException) -> Iterator[None]:
    """The call number `at_call` (from 1) of the site raises instead of doing anything."""

    def fail() -> None:
        raise error

    with _at_call(site, at_call, fail):
        yield


@contextlib.contextmanager
def answering_nothing(site: str, *, at_call: int) -> Iterator[None]:
    """The call number `at_call` (from 1) of the site has no answer: None."""
    with _at_call(site, at_call, lambda: None):
        yield


@contextlib.contextmanager
def _at_call(site: str, at_call: int, instead: Callable[[], Any]) -> Iterator[None]:
    _forget_keys()
    number = count(1)
    with _replaced(site, lambda: instead() if next(number) == at_call else _REALLY_CALL):
        yield


# Types keep these from answering None by mistake, and nothing else could. Two only make the words of a report, which says where
# and when. Two raise unless all is well, like those that give nothing; what they give besides is for whoever wants to know
# more. Where a date may be absent, None is the date of whoever states none; and what no schema is for has none.
_NOTHING_IS_NO_SIGN: Final = (
    "vcwallet.wire.json_pointer:join",
    "vcwallet.wire.timestamps:format_timestamp",
    "vcwallet.securing.sd_jwt.key_binding:verify_key_binding",
    "vcwallet.dids.https_jwks:find_in_jwks",
    "vcwallet.wire.timestamps:parse_timestamp",
    "vcwallet.wire.timestamps:from_numeric_date",
    "vcwallet.credentials.badge_v2:parse_moment",
    "vcwallet.credentials.schema_rules:structure_schema_for",
)


def has_an_answer(site: str) -> bool:
    """Whether nothing would be a wrong answer there.

    It is right for what only raises, and is what is found when nothing is wrong for what gives problems: types keep these
    from answering None by mistake, and nothing else would notice.
    """
    if site in _NOTHING_IS_NO_SIGN:
        return False
    answer = inspect.signature(_places(site)[0][2]).return_annotation
    return answer is not None and Problem not in get_args(answer)
