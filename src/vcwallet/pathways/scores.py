"""The value of a result as a number: results are texts, and only some of them are numbers."""

import re
from decimal import Decimal
from typing import Final

# As many digits as any mark has; a longer text is no score, and the conversion stays cheap.
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?", re.ASCII)


def read_score(text: str) -> Decimal | None:
    """The number that a result value states, exactly; None for a grade, a percentage sign, or anything else."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None
