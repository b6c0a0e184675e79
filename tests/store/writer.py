"""A process of its own that keeps visits one after the other, and says each that was kept.

Run with a database's address, a name for its source, and how many visits; `take` as the last word
makes it take the lease instead and say whether it did.
"""

import sys

from samples import HOUR, NOW, draft, fetch, full_record, look, notice

from monitor.model import Record, Seen
from scraper.model import Outcome, OutcomeKind
from storage.store import Store, holder_name


def visit(source: str, number: int) -> Record:
    body = f"{source} {number} ".encode() * 2000
    got = fetch(NOW + number * HOUR, body=body, content=body)
    seen = Seen(look(source), got, Outcome(OutcomeKind.GOOD, "gate"))
    whole = full_record()
    return Record(
        seen,
        None,
        new_reading=notice(str(number)),
        digest=str(number),
        rows=whole.rows,
        drafts=(draft(f"{source} {number}"), draft("one that all raise")),
        probe=whole.probe,
    )


def main(address: str, source: str, number: int, what: str = "keep") -> None:
    with Store.open(address) as store:
        print("ready", flush=True)
        sys.stdin.readline()
        if what == "take":
            print(store.take_lease(holder_name(), NOW, 60) is not None, flush=True)
            sys.stdin.readline()
            return
        for turn in range(number):
            print(store.keep(visit(source, turn), now=NOW).visit.id, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), *sys.argv[4:])
