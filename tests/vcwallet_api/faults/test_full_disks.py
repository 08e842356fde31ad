"""The disk is full: what was kept stays kept, and the service goes on when there is room."""

import subprocess
import sys

from tests.vcwallet_api.faults.acknowledged_work import require_whole

# Writes until the disk is full, which a limit on the size of files looks like; then goes on without the limit.
_FILLER = """
import resource, sys
from datetime import UTC, datetime
from vcwallet_api.refusals import Unavailable
from vcwallet_api.storage.database import open_database
from vcwallet_api.storage.tables import DeclinedMail

database, kept, refused = open_database(sys.argv[1]), 0, []
limit = resource.getrlimit(resource.RLIMIT_FSIZE)

def write(number):
    row = DeclinedMail(address_digest=b"%06d" % number * 2000, declined_at=datetime.now(UTC))
    database.retrying(lambda session: session.add(row))

write(0)
resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, limit[1]))
for kept in range(1, 500):
    try:
        write(kept)
    except Unavailable as refusal:
        refused.append(refusal.code)
        break
resource.setrlimit(resource.RLIMIT_FSIZE, limit)
write(1000)
with database.read() as session:
    print(kept, refused, session.query(DeclinedMail).count())
database.close()
"""


def test_a_full_disk_is_unavailable_keeps_what_was_kept_and_goes_on_when_there_is_room(sqlite_template, tmp_path):
    path = tmp_path / "wallet.db"
    path.write_bytes(sqlite_template.read_bytes())

    run = subprocess.run(
        [sys.executable, "-c", _FILLER, f"sqlite:///{path}"], capture_output=True, text=True, check=True
    )

    kept, refused, count = run.stdout.split(maxsplit=2)[0], "database_busy" in run.stdout, run.stdout.split()[-1]
    assert refused
    # What was there, what was kept before the disk was full, and what came when there was room again.
    assert int(count) == int(kept) + 1
    require_whole(f"sqlite:///{path}")
