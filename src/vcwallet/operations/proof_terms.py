"""with_proof_terms(): a credential of data model 1.1 that can have an embedded proof (VC-DI 1.0, 2.4.1).

Every term of a proof needs a meaning, and the context of data model 1.1 has none for those of Data Integrity. `issue` adds
no context by itself, because its caller signs what a context says; whoever wants one added says so with this.
"""

from collections.abc import Mapping
from typing import Any, Final

from vcwallet.credentials.credential import VCDM_1_1_CONTEXT, VCDM_2_0_CONTEXT, as_list
from vcwallet.securing.adding_proofs import PROOF_TERMS_CONTEXT

# Terms are protected: a second definition that differs from the first would be an error.
_HAVE_PROOF_TERMS: Final = frozenset(
    {VCDM_2_0_CONTEXT, PROOF_TERMS_CONTEXT, "https://w3id.org/security/data-integrity/v1"}
)


def with_proof_terms(document: Mapping[str, Any]) -> dict[str, Any]:
    """The credential, with a context behind the others that says what a proof is, if it is of data model 1.1 and has none.

    What is given is not changed. Anything else than such a credential comes back as it is, be it right or wrong.
    """
    contexts = as_list(document.get("@context"))
    known = {context for context in contexts if isinstance(context, str)}
    if contexts[:1] != [VCDM_1_1_CONTEXT] or known & _HAVE_PROOF_TERMS:
        return dict(document)
    return {**document, "@context": [*contexts, PROOF_TERMS_CONTEXT]}
