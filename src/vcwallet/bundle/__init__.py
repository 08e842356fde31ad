"""The take-out bundle: everything of a learner in one archive, and back again without a loss.

with open("everything.zip", "wb") as file:
    write_bundle(file, credentials, {"collections": collections}, at=moment)

with open("everything.zip", "rb") as file, open_bundle(file) as bundle:
    for problem in bundle.problems():
        print(problem.message)
"""

from vcwallet.bundle.manifest import SECTIONS, Manifest, ManifestFile, credential_path
from vcwallet.bundle.reading import Bundle, open_bundle
from vcwallet.bundle.writing import write_bundle

__all__ = ["SECTIONS", "Bundle", "Manifest", "ManifestFile", "credential_path", "open_bundle", "write_bundle"]
