"""What is over, and looked back on, raises no card; what goes on, or may, does."""

import pytest

from portal.directory import urgent

OVER = [
    "used to hurt myself years ago, want somewhere to talk it through now",
    "lost my brother to suicide 8 years ago, want to help other families",
    "I was abused as a child and I am ready to talk about it at last",
    "survivor of DV in my twenties, would like to train as a mentor",
    "tried to end my life in 2009, doing well now and want to be a peer supporter",
    "beaten by my first husband decades ago, art group for survivors",
]
GOES_ON = [
    ("used to hurt myself years ago and I started again, need to talk", "mental_health"),
    ("he hit me years ago and still does, I want to talk to someone", "abuse"),
    ("abused as a child, flashbacks every night, want to talk", "abuse"),
    ("I was abused as a child and I want to die", "mental_health"),
    ("used to go to a group, now I have lined up my tablets", "mental_health"),
    ("used to be in a walking group, crushing chest pain and sweating", "emergency"),
    ("my uncle touched me years ago and now my daughter says he touches her", "safeguarding_child"),
    ("he used to hit me", "abuse"),
]


@pytest.mark.parametrize("said", OVER)
def test_what_is_over_raises_no_card(said: str) -> None:
    assert urgent.kinds_in(said) == ()


@pytest.mark.parametrize(("said", "kind"), GOES_ON)
def test_what_goes_on_or_stands_beside_the_past_is_seen(said: str, kind: str) -> None:
    assert kind in urgent.kinds_in(said)
