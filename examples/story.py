"""A badge and its life: made, baked into a picture, shown whole and in part, verified offline, revoked; and three rogues.

    python examples/story.py

Everything that the story needs is made in it: no file is read, nothing is fetched, and nothing is kept.
"""

import sys
from datetime import UTC, datetime, timedelta

from vcwallet import (
    Achievement,
    Identity,
    IssuerIdentity,
    LocalSigner,
    OpenBadge,
    Policy,
    Profile,
    PublishedKey,
    Recipient,
    Result,
    ResultDescription,
    StaticFetcher,
    VerificationReport,
    allocate_indexes,
    bake,
    derive,
    issue,
    new_status_list,
    present,
    set_status,
    standard_toolkit,
    status_list_document,
    unbake,
    verify,
    verify_presentation,
)
from vcwallet.terminal.report_lines import show_brief
from vcwallet.terminal.screen import Screen
from vcwallet.testing.pictures import svg_picture

COLLEGE = "did:web:noordzee-college.example"
LIST = "https://noordzee-college.example/status/1"
ADDRESS = "ana@campus.example"
SHIPYARD = "https://shipyard.example"
CHALLENGE = "8f3b"  # a real one is drawn at random, and used once
TODAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
TOMORROW = TODAY + timedelta(days=1)


def tell() -> dict[str, VerificationReport]:  # noqa: PLR0915 - a story is told from beginning to end
    """Tell the story, and give what the verifier found in it, by chapter."""
    screen = Screen(sys.stdout)
    chapter = _Chapters(screen)

    chapter("A college makes a key and publishes it as", COLLEGE)
    college = LocalSigner.generate().named(f"{COLLEGE}#key-2026")
    parts = LocalSigner.generate("P-256").named(f"{COLLEGE}#key-for-parts")  # signs what can be shown in part
    identity = IssuerIdentity(
        COLLEGE, tuple(PublishedKey(key.verification_method, key.public_key) for key in (college, parts))
    )
    internet = dict(identity.files())

    chapter("It publishes a list, so that it can withdraw what it issues:", LIST)
    status_list = new_status_list(LIST, COLLEGE, "revocation")
    status_list, (index,) = allocate_indexes(status_list)
    listed = issue(status_list_document(status_list, valid_from=TODAY, previous=None), college, at=TODAY)
    internet[LIST] = listed.data

    chapter("Ana has a wallet, with a key of her own. The college issues a badge to her, and bakes it into a picture.")
    ana = LocalSigner.generate()
    badge = OpenBadge(
        issuer=Profile(COLLEGE, "Noordzee College"),
        recipient=[ana.controller, Identity.email(ADDRESS)],
        achievement=Achievement(
            "https://noordzee-college.example/achievements/seamanship",
            "Seamanship",
            description="Handles a boat in harbour and at sea.",
            criteria="Shown in practice, and assessed by two teachers.",
        ),
        valid_from=TODAY,
        status=status_list.entry_for(index),
    )
    picture = bake(svg_picture(), issue(badge.to_document(), college, at=TODAY))

    def shipyard(shown: bytes, at: datetime = TODAY) -> VerificationReport:
        """What a verifier without a network finds out; what the college publishes it has at hand."""
        toolkit = standard_toolkit(StaticFetcher(internet))
        return verify(shown, toolkit=toolkit, policy=Policy(recipient=Recipient("emailAddress", ADDRESS)), at=at)

    def shipyard_meets(shown: bytes) -> VerificationReport:
        """The same, of what somebody shows who has to show that it is theirs, and that they were asked by the shipyard."""
        policy = Policy(challenge=CHALLENGE, domain=SHIPYARD, require_holder_binding=True)
        return verify_presentation(
            shown, toolkit=standard_toolkit(StaticFetcher(internet)), policy=policy, at=TODAY
        ).credentials[0]

    chapter("Ana shows it to a shipyard that asks her, which verifies it without a network.")
    shown = present([unbake(picture)], ana, challenge=CHALLENGE, domain=SHIPYARD, at=TODAY)
    found = {"shown": shipyard_meets(shown.data), "picture": shipyard(picture)}
    show_brief(screen, found["shown"], "what Ana shows", indent=2)
    show_brief(screen, found["picture"], "her picture", indent=2)

    chapter("Her exam has a score, which is nobody's business. She withholds it, and the college's proof still holds.")
    points = ResultDescription("urn:uuid:00000000-0000-4000-8000-0000000000e1", "Points", "RawScore")
    exam = OpenBadge(
        issuer=Profile(COLLEGE, "Noordzee College"),
        recipient=[ana.controller],
        achievement=Achievement(
            "https://noordzee-college.example/achievements/navigation",
            "Navigation",
            description="Finds the way at sea.",
            criteria="An exam of two hours.",
            result_descriptions=[points],
        ),
        results=[Result(description=points, value="61")],
        valid_from=TODAY,
    )
    graded = issue(
        exam.to_document(), parts, securing="ecdsa-sd-2023", mandatory=["/credentialSubject/achievement/name"], at=TODAY
    )
    ungraded = derive(graded, withhold=["/credentialSubject/result"])
    shown = present([ungraded], ana, challenge=CHALLENGE, domain=SHIPYARD, at=TODAY)
    found["in part"] = shipyard_meets(shown.data)
    show_brief(screen, found["in part"], "what Ana shows, without her score", indent=2)

    chapter("A thief shows a copy of it, with a key of his own.")
    copied = present([unbake(picture)], LocalSigner.generate(), challenge=CHALLENGE, domain=SHIPYARD, at=TODAY)
    found["copied"] = shipyard_meets(copied.data)
    show_brief(screen, found["copied"], "what the thief shows", indent=2)

    chapter("A forger makes an admiral of her, in the same picture.")
    forged = unbake(picture).replace("Seamanship", "Admiralty")
    found["changed"] = shipyard(bake(svg_picture(), forged))
    show_brief(screen, found["changed"], "the changed badge", indent=2)

    chapter("Another one signs a badge of his own, and names the college's key below it.")
    forger = LocalSigner.generate().named(college.verification_method)
    found["signed by a stranger"] = shipyard(issue(badge.to_document(), forger, at=TODAY).data)
    show_brief(screen, found["signed by a stranger"], "the forged badge", indent=2)

    chapter("The college finds out that Ana's test was somebody else's, and revokes the badge.")
    status_list = set_status(status_list, index)
    document = status_list_document(status_list, valid_from=TOMORROW, previous=listed.document)
    internet[LIST] = issue(document, college, at=TOMORROW).data
    found["revoked"] = shipyard(picture, TOMORROW)
    show_brief(screen, found["revoked"], "her picture, a day later", indent=2)
    return found


class _Chapters:
    """Numbers what happens."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._number = 0

    def __call__(self, *words: str) -> None:
        self._number += 1
        self._screen.line(" ".join(words), label=(f"{self._number}.",), column=3)


if __name__ == "__main__":
    tell()
