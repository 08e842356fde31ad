"""Whether a checked credential may be kept, and if not, the one reason that helps whoever brought it.

The library found out what is wrong, and its problems go along; here they become a refusal with a next step.
"""

from collections.abc import Mapping
from typing import Any, Final

from vcwallet import Outcome
from vcwallet_api.refusals import Unusable
from vcwallet_api.verifier import Checked

# In the order in which one reason makes the later ones pointless.
_CODES: Final = (
    ("structure", "not_a_credential"),
    ("context", "not_a_credential"),
    ("proof", "proof_invalid"),
    ("issuer", "issuer_invalid"),
    ("status", "credential_revoked"),
    ("nested", "contents_invalid"),
)
# A refusal names what is wrong, and not everything that is wrong.
_MAX_PROBLEMS: Final = 10


def require_good(checked: Checked) -> None:
    """Raise Unusable unless everything but dates and recipient is in order.

    Codes: not_a_credential, proof_invalid, issuer_invalid, credential_revoked, contents_invalid, credential_invalid;
    not_checkable when nothing is known to be wrong and something could not be found out.
    """
    if checked.is_good and checked.said is not None:
        return
    facts = {
        "verdict": checked.verdict,
        "problems": [_problem(problem) for problem in checked.problems[:_MAX_PROBLEMS]],
    }
    for name, code in _CODES:
        if checked.outcome(name) is Outcome.FAILED:
            raise Unusable(code, facts=facts)
    if any(check["required"] and check["outcome"] == Outcome.FAILED for check in checked.report["checks"]):
        raise Unusable("credential_invalid", facts=facts)
    raise Unusable("not_checkable", facts=facts)


def _problem(problem: Mapping[str, Any]) -> dict[str, str]:
    return {name: problem[name] for name in ("code", "detail", "pointer", "hint")}
