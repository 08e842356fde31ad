"""What can be wrong with a credential, one thing at a time, and what a verifier has to say of it.

`FAULTS` has every fault by its name, in the order in which a verification finds them.
"""

from typing import Final

from vcwallet.testing.faults import of_documents, of_issuers, of_pictures, of_signatures, of_statuses, of_what_is_inside
from vcwallet.testing.faults.fault import Expected, Fault

__all__ = ["FAULTS", "Expected", "Fault"]

FAULTS: Final = {
    fault.name: fault
    for fault in (
        *of_signatures.FAULTS,
        *of_issuers.FAULTS,
        *of_documents.OF_THE_FORM,
        *of_documents.OF_TIME_AND_PEOPLE,
        *of_statuses.FAULTS,
        *of_what_is_inside.FAULTS,
        *of_pictures.FAULTS,
    )
}
