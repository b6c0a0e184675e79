"""What the benchmark of growth says of its own bounds."""

from dataclasses import replace

from benchmarks.growth import MOST_MB, Size, failures

FEW = Size(sources=1000, due=3.0, start=0.5, visit=2.0, memory=100.0)


def test_what_stays_within_its_bounds_is_not_spoken_of() -> None:
    assert list(failures([FEW, replace(FEW, sources=100_000, due=49.0, visit=2.5, memory=MOST_MB)])) == []


def test_each_bound_that_is_passed_is_named_with_its_size() -> None:
    many = replace(FEW, sources=100_000, due=51.0, visit=2.7, memory=401.0)
    said = list(failures([FEW, many]))
    assert [line.partition(":")[0] for line in said] == ["100000 sources"] * 3
    assert ("due takes 51 ms" in said[0], "401 MB" in said[1], "1.35 times" in said[2]) == (True, True, True)
