"""A shop that plays scenarios."""

from typing import Any

from tests.actors import Shop


def plays(shop: Shop, *rules: str) -> None:
    """Has scenarios on for the shop alone; each is a few lines of YAML, with or without a name."""
    names = []
    for number, text in enumerate(rules):
        named = text if "\nname:" in f"\n{text}" else f"name: scenario-{number}\ndescription: One.\n{text}"
        answer = shop.http.post("/_mock/library", content=named)
        assert answer.status_code == 200, answer.text
        names.append(answer.json()["name"])
    has_on(shop, *names)


def has_on(shop: Shop, *names: str) -> None:
    answer = shop.http.post("/_mock/scenarios", json={"on": names}, headers=by(shop))
    assert answer.status_code == 200, answer.text


def stage(shop: Shop) -> list[dict[str, Any]]:
    """What is on for the shop."""
    answer = shop.http.get("/_mock/scenarios", headers=by(shop))
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["on"][0]["scenarios"]
    return found


def by(shop: Shop) -> dict[str, str]:
    return {"x-mock-client": shop.client_id}
