"""What the pages of the verifier may show."""

from dataclasses import dataclass
from typing import ClassVar

from vcwallet_api.credential_contents import Contents
from vcwallet_api.report_wording import ReportInWords


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyPage:
    """Where a badge is given to be checked.

    - `error`, `error_next_step`: why the last try gave nothing to check, and what to do; "" for a first visit.
    - `link`, `text`: what was typed, so that it is not lost.
    """

    template: ClassVar[str] = "verification/form.html"

    error: str = ""
    error_next_step: str = ""
    link: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyResultPage:
    """The answer.

    - `report`: the report in words.
    - `says`: what each credential that was shown says of itself.
    """

    template: ClassVar[str] = "verification/result.html"

    report: ReportInWords
    says: tuple[Contents, ...]
