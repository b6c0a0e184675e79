"""The course of one source through a pass, without input or output.

A course is a generator: it yields what it needs (`Look`: an address fetched, `Record`: a visit kept,
`Hold`: the others first) and is sent the answer (`Fetch`, `Kept`, `Settlement`). The monitor proposes,
the scheduler fetches, the monitor judges: one loop in `scheduler.one_pass` drives every course, and
the same course runs over the network, a history or a test's list of answers.
"""
