"""When two identifiers of credentials or issuers are the same (OB 3.0, 10: Credential Equality and Comparison).

Both are percent-decoded and trimmed of white space. There is no case folding and no other normalization of addresses.
"""

from urllib.parse import unquote


def comparable(identifier: str) -> str:
    """What two identifiers have in common exactly when they are the same."""
    return unquote(identifier).strip()
