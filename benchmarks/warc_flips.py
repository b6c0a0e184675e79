"""Every byte of an exported WARC flipped, one after the other: each one has to be found.

Our own reader has to find all of them. fastwarc and warcio have to find all but those in the seven bytes of a
gzip head that are under no checksum (RFC 1952, section 2.3.1: flags, time, extra flags, system).
"""

import contextlib
import io
import sys
import tempfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator

from monitor.dossier import load
from scheduler import one_pass
from scheduler.clock import fixed
from scraper.fetch import Fetcher
from scraper.policy import Policy
from scraper.replay import open_history
from scraper.warcs import WarcError, WarcFile
from storage.store import Store, holder_name
from zonewatch.archiving import Chosen, write_warc
from zonewatch.shipped import shipped

VISITS = 5
"""Visits in the file: some 20 kB, of which every byte is flipped."""
STEP = 1


def exported(folder: Path) -> Path:
    """Export the first visits of the shipped history."""
    day, *_ = open_history(shipped("history"))
    clock, path = fixed(day.now), folder / "a.warc.gz"
    dossier = load(shipped("dossiers") / "ai_pilot_zones.toml")
    kept: list[int] = []
    with Store.open(str(folder / "a.db")) as store:
        lease = store.take_lease(holder_name(), day.now, 600)
        assert lease
        with Fetcher(Policy(), now=clock, archive=day.archive) as web:
            one_pass.run(
                (dossier,),
                store,
                web,
                clock=clock,
                lease=lease,
                stopped=lambda: len(kept) >= VISITS,
                progress=lambda done, known: kept.append(done),
            )
        with path.open("wb") as out:
            write_warc(store, out, path.name, Chosen(), datetime(2026, 12, 1, tzinfo=UTC))
    return path


def found_by_us(path: Path) -> bool:
    """Tell whether our reader refuses a file."""
    try:
        return not sum(1 for _ in WarcFile(path))
    except WarcError:
        return True


def found_by_fastwarc(data: bytes, records: int) -> bool:
    """Tell whether fastwarc misses a record, or finds one that its digest belies."""
    try:
        read = FastIterator(io.BytesIO(data), parse_http=False)  # what was parsed is no block any more
        return sum(one.verify_block_digest() for one in read) != records
    except Exception:
        return True


def found_by_warcio(data: bytes, records: int) -> bool:
    """Tell whether warcio misses a record, or finds one that its digest belies."""
    whole = 0
    try:
        for one in ArchiveIterator(io.BytesIO(data), check_digests=True):
            one.raw_stream.read()
            whole += one.digest_checker.passed is not False
    except Exception:
        return True
    return whole != records


def main() -> int:
    """Flip, count, print; 1 where one was found by nobody who should."""
    with tempfile.TemporaryDirectory() as folder:
        path = exported(Path(folder))
        data, starts = path.read_bytes(), [one.offset for one in WarcFile(path)]
        for found in (found_by_fastwarc, found_by_warcio):
            if found(data, len(starts)):
                raise SystemExit(f"{found.__name__}: the whole file is not whole")
        if found_by_us(path):
            raise SystemExit("our own reader refuses the whole file")
        unguarded = {start + place for start in starts for place in range(3, 10)}
        counts: Counter[str] = Counter()
        for place in range(0, len(data), STEP):
            damaged = bytearray(data)
            damaged[place] ^= 0xFF
            path.write_bytes(damaged)
            ours = found_by_us(path)
            with contextlib.redirect_stderr(io.StringIO()):
                others = found_by_fastwarc(bytes(damaged), len(starts)) or found_by_warcio(
                    bytes(damaged), len(starts)
                )
            counts["flipped"] += 1
            counts["missed by us"] += not ours
            counts["missed by fastwarc and warcio"] += not others and place not in unguarded
            counts["under no checksum"] += place in unguarded
    print(f"{len(data)} bytes, {len(starts)} records")
    for what in ("flipped", "missed by us", "missed by fastwarc and warcio", "under no checksum"):
        print(f"{what:<32}{counts[what]:>8}")
    return int(bool(counts["missed by us"] or counts["missed by fastwarc and warcio"]))


if __name__ == "__main__":
    sys.exit(main())
