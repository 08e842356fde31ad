"""The list of everything the library supports, on one screen."""

from vcwallet.dids.did_jwk import DidJwk
from vcwallet.dids.did_key import DidKey
from vcwallet.dids.did_web import DidWeb
from vcwallet.fetching.fetcher import Fetcher, NoNetwork
from vcwallet.linked_data.context_loader import standard_contexts
from vcwallet.securing.suites.bbs import BBS_2023
from vcwallet.securing.suites.ecdsa import ECDSA_JCS_2019, ECDSA_RDFC_2019
from vcwallet.securing.suites.ecdsa_sd import ECDSA_SD_2023
from vcwallet.securing.suites.eddsa import ED25519_SIGNATURE_2020, EDDSA_2022, EDDSA_JCS_2022, EDDSA_RDFC_2022
from vcwallet.status.bitstring_list import BITSTRING_STATUS_LIST
from vcwallet.status.revocation_list import REVOCATION_LIST
from vcwallet.status.status_list_2021 import STATUS_LIST_2021
from vcwallet.toolkit import Toolkit


def standard_toolkit(fetcher: Fetcher | None = None, *, fetch_contexts: bool = False) -> Toolkit:
    """What vcwallet can do out of the box.

    Without a `fetcher` nothing touches the network, and what would need it is reported as unknown. With one, controller
    documents, keys, status lists and schemas are fetched through it. JSON-LD contexts that the library does not bring are
    fetched only if `fetch_contexts` says so too, because a context decides what the signed words mean.

    Raises `ValueError` for `fetch_contexts` without a `fetcher`.
    """
    if fetch_contexts and fetcher is None:
        raise ValueError("fetch_contexts needs a fetcher")
    contexts = standard_contexts()
    return Toolkit(
        cryptosuites=(
            EDDSA_RDFC_2022,
            ECDSA_RDFC_2019,
            EDDSA_JCS_2022,
            ECDSA_JCS_2019,
            ECDSA_SD_2023,
            BBS_2023,
            EDDSA_2022,
            ED25519_SIGNATURE_2020,
        ),
        # RS256 is the minimum of Open Badges 3.0 (8.2.4.1); EdDSA and Ed25519 are two names of one algorithm (RFC 9864).
        jws_algorithms=("RS256", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"),
        did_methods=(DidKey(), DidWeb(), DidJwk()),
        status_methods=(BITSTRING_STATUS_LIST, STATUS_LIST_2021, REVOCATION_LIST),
        contexts=contexts.with_fetcher(fetcher) if fetch_contexts and fetcher is not None else contexts,
        fetcher=fetcher if fetcher is not None else NoNetwork(),
    )
