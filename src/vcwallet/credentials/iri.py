"""What an absolute IRI looks like, as far as data models ask: a scheme, and nothing that could not stand in one."""

import re
from typing import Any, Final, TypeGuard

_ABSOLUTE: Final = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20\x7f-\x9f\s<>"{}|\\^`]+')


def is_absolute_iri(value: Any) -> TypeGuard[str]:
    """Whether a JSON value is an absolute IRI (RFC 3987) by its form; it may well lead nowhere."""
    return isinstance(value, str) and _ABSOLUTE.fullmatch(value) is not None
