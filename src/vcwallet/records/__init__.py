"""A learner's record: what of it can be left out, what a chosen record shows, and reading one that was received.

    plan = records.plan([badge, diploma])
    plan.withhold(0, "/credentialSubject/result")
    print(plan.preview().items[0].document)
    presentation = plan.present(signer, audience="https://ferry.example", challenge="7f3…", at=now)

    reading = records.read(presentation.data, audience="https://ferry.example", challenge="7f3…", at=later)

Nothing here fetches, stores or reads a clock. What is withheld is withheld from the bytes, and not only from the display.
"""

from vcwallet.records.field_tree import Field, fields, is_divisible
from vcwallet.records.planning import Item, Plan, plan
from vcwallet.records.preview import Link, Preview, Shown
from vcwallet.records.reading import Reading, Received, read

__all__ = [
    "Field",
    "Item",
    "Link",
    "Plan",
    "Preview",
    "Reading",
    "Received",
    "Shown",
    "fields",
    "is_divisible",
    "plan",
    "read",
]
