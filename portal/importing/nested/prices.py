"""What a service costs, whom it reaches and who pays, in a nested document."""

from decimal import Decimal

from portal.importing import certain
from portal.importing.nested.values import LONGEST_NAME, Node, Unusable
from portal.importing.parts import CostOption, Funding, ServiceArea
from portal.importing.rows import Refused

KINDS = frozenset({"free", "donation", "paid"})
POUNDS = frozenset({"gbp", "£", "pounds", "sterling"})


def costs_of(service: Node, *, is_abroad: bool) -> tuple[tuple[CostOption, ...], tuple[str, ...]]:
    """Prices that are certain; and the words of those that are not, for people to read.

    `is_abroad`: every address lies outside the United Kingdom, so an amount without a currency is hardly in pounds.
    """
    prices: list[CostOption] = []
    words: list[str] = []
    for one in service.each("cost_options", "price"):
        try:
            price = _price(one, is_abroad=is_abroad)
        except Unusable as problem:
            one.note(f"a price was not used: {problem}")
            one.settle(is_used=False)
            continue
        if price is not None:
            prices.append(price)
        elif told := _words(one):
            words.append(told)
    return tuple(prices), tuple(dict.fromkeys(words))


def _price(node: Node, *, is_abroad: bool) -> CostOption | None:
    option, description = node.line("option", 250), node.text("amount_description")
    valid_from, valid_to = node.day("valid_from"), node.day("valid_to")
    told = node.ours.choice("kind", KINDS)
    currency = (node.line("currency") or "").lower()
    is_other_money = currency not in POUNDS and (currency or (is_abroad and node.line("amount")))
    if told is None and is_other_money:
        return None
    amount = node.pounds("amount")
    found = (told, amount) if told else _kind(amount, option, description)
    return CostOption(*found, option, description, valid_from, valid_to, own_id=node.own_id()) if found else None


def _kind(amount: Decimal | None, option: str | None, description: str | None) -> tuple[str, Decimal | None] | None:
    """What a price surely is: by its amount, else by words that can mean one thing only."""
    if amount:
        return "paid", amount
    told = [text for text in (option, description) if text]
    found = {price for text in told if (price := certain.price_in(text)) is not None}
    if len(found) == 1:
        kind, pounds = found.pop()
        return None if amount is not None and kind == "paid" else (kind, pounds)
    return ("free", None) if amount is not None and not description and not found else None


def _words(node: Node) -> str:
    amount, currency = node.line("amount"), node.line("currency")
    price = " ".join(part for part in (amount, currency) if part)
    parts = (node.line("option", 250), price if amount != "0" else None, node.line("amount_description"))
    return ", ".join(part for part in parts if part)


def areas_of(service: Node) -> tuple[ServiceArea, ...]:
    """Areas that are served. An outline that is too long is left out."""
    found = []
    for one in service.each("service_areas", "service area"):
        extent = _outline(one)
        area = ServiceArea(
            name=_name(one),
            extent=extent,
            extent_type=one.line("extent_type", 60),
            uri=one.web("uri"),
            service_area=one.text("service_area"),
            own_id=one.own_id(),
        )
        if area != ServiceArea():
            found.append(area)
    return tuple(found)


def _name(node: Node) -> str | None:
    """A name for which there is room; a longer one is left out with a note."""
    found = node.line("name")
    if found is not None and len(found) > LONGEST_NAME:
        node.note("the name of its area is too long, so it was not used")
        return None
    return found


def _outline(node: Node) -> str | None:
    value = node.value.get("extent")
    if isinstance(value, dict):
        node.note("the outline of its area is an object, not a text, so it was not used")
        node.leave("extent")
        return None
    try:
        return node.text("extent")
    except Refused:
        if isinstance(value, str):
            node.note("the outline of its area is too long, so it was not used")
            return None
        raise


def funding_of(service: Node) -> tuple[Funding, ...]:
    """Who pays."""
    told = ((one.text("source"), one.own_id()) for one in service.each("funding", "funding"))
    return tuple(Funding(source, own_id=own_id) for source, own_id in told if source)
