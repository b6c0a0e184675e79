"""The API: the documents of `--json`, writing with the token, and no request that brings it down."""

import json
from typing import Any

import pytest
import schemathesis
from click.testing import CliRunner
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema import Draft202012Validator

from tests.desk.house import NOW, TOKEN, House
from zonewatch.cli import cli

FN05 = "ai-pilot-zones/fn05"
FIXED = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def printed(house: House, *words: str) -> Any:
    """What a command prints with `--json` over the same database."""
    database = house.service.app.settings.db
    done = CliRunner().invoke(cli, [*words, "--json", "--db", database, "--now", NOW.isoformat()])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("/api/findings", ["findings"]),
        ("/api/findings?all=true", ["findings", "--all"]),
        ("/api/findings?dossier=ai-pilot-zones", ["findings", "--dossier", "ai-pilot-zones"]),
        ("/api/sources", ["sources"]),
        ("/api/zones?dossier=ai-pilot-zones", ["zones", "--dossier", "ai-pilot-zones"]),
        ("/api/footnotes?dossier=ai-pilot-zones", ["export", "footnotes"]),
        (f"/api/visits?source={FN05}", ["history", FN05]),
        (f"/api/visits?source={FN05}&limit=3", ["history", FN05, "--limit", "3"]),
        (f"/api/diff?source={FN05}", ["diff", FN05]),
    ],
)
def test_the_api_gives_what_the_commands_print(desk: House, place: str, words: list[str]) -> None:
    assert desk.get(place).json() == printed(desk, *words)


def test_one_finding_is_the_same_object_as_in_the_list(desk: House) -> None:
    every = desk.get("/api/findings").json()["findings"]
    for one in every[:5]:
        assert desk.get(f"/api/findings/{one['id']}").json() == one
    assert desk.get("/api/findings/4").json()["id"] == "F4"


def test_a_report_is_given_and_does_not_count_as_sent(own_desk: House) -> None:
    before = own_desk.store.last_report()
    told = own_desk.get("/api/report").json()
    assert told["verdict"] and told["dossiers"][0]["id"] == "ai-pilot-zones"
    assert own_desk.store.last_report() == before


def test_a_search_goes_on_where_a_page_ended(desk: House) -> None:
    first = desk.get("/api/search?q=试验区&limit=3").json()
    assert len(first["hits"]) == 3
    second = desk.get("/api/search", params={"q": "试验区", "limit": 3, "after": first["next"]}).json()
    assert not {one["snapshot"] for one in first["hits"]} & {one["snapshot"] for one in second["hits"]}


def test_decisions_are_taken_with_the_token(own_desk: House) -> None:
    accepted = own_desk.api("/api/findings/F4/accept", {"note": "read"})
    assert (accepted.status_code, accepted.json()["state"], accepted.json()["note"]) == (
        200,
        "accepted",
        "read",
    )
    assert own_desk.api("/api/findings/F4/reopen").json()["state"] == "open"
    assert own_desk.api("/api/findings/F5/accept").json()["state"] == "accepted"
    dismissed = own_desk.api("/api/findings/F6/dismiss", {"why": "a draft"})
    assert own_desk.api("/api/findings/F7/dismiss", {"note": "a copy"}).json()["note"] == "a copy"
    assert (dismissed.json()["state"], dismissed.json()["note"]) == ("dismissed", "a draft")
    assert own_desk.service.finding(6).state.value == "dismissed"


@pytest.mark.parametrize(
    "document",
    [
        None,
        {},
        {"why": ""},
        {"why": " "},
        {"why": "\x1e\x85"},
        {"note": None},
        {"why": 7},
        {"why": "x" * 2001},
    ],
)
def test_a_dismissal_without_a_reason_is_refused(desk: House, document: object) -> None:
    answer = desk.api("/api/findings/F6/dismiss", document)
    assert answer.status_code == 422
    assert answer.json()["detail"].partition(":")[0] in ("why", "note", "body")
    assert desk.service.finding(6).state.value == "open"


@pytest.mark.parametrize("name", ["F99999", "F0", "x", "F" + "9" * 30])
def test_what_is_not_there_is_404(desk: House, name: str) -> None:
    assert desk.get(f"/api/findings/{name}", 404).json()["detail"]
    assert desk.api(f"/api/findings/{name}/accept").status_code == 404


@pytest.mark.parametrize(
    "place",
    [
        "/api/sources?dossier=x",
        "/api/visits?source=x",
        "/api/diff?source=x",
        "/api/explain?source=x",
        "/api/nothing",
    ],
)
def test_an_unknown_name_is_404_as_json(desk: House, place: str) -> None:
    assert desk.get(place, 404).json()["detail"]


@pytest.mark.parametrize(
    "place",
    [
        "/api/visits",
        f"/api/visits?source={FN05}&limit=0",
        f"/api/diff?source={FN05}&from=x",
        "/api/search?since=x",
    ],
)
def test_a_wrong_question_is_422_and_says_what_is_wrong(desk: House, place: str) -> None:
    assert isinstance(desk.get(place, 422).json()["detail"], str)


def test_the_description_is_valid_and_names_every_operation(desk: House) -> None:
    document = desk.get("/api/openapi.json").json()
    assert document["openapi"].startswith("3.")
    assert len(document["paths"]) >= 14
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"] and operation["description"], (path, method)
            if method == "post":
                assert operation["security"], path
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_no_request_that_fits_the_description_brings_the_api_down(own_desk: House) -> None:
    schema = schemathesis.openapi.from_url(f"{own_desk.url}/api/openapi.json")
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) >= 14
    for operation in operations:

        @FIXED
        @given(case=operation.as_strategy())
        def holds(case: Any) -> None:
            answer = case.call(headers={"Authorization": f"Bearer {TOKEN}"})
            case.validate_response(answer)

        holds()
