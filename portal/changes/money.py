"""The fact `cost`: prices, and words about them."""

from decimal import Decimal
from typing import Any

from portal.changes import plain_rows
from portal.core.fields import new_id
from portal.directory import costs
from portal.directory.listings import Cost
from portal.directory.models import CostOption, Service

COLUMNS = ("kind", "amount", "option", "amount_description", "valid_from", "valid_to")


def cost(service: Service) -> dict[str, Any] | None:
    """{"options": [{"kind": "paid", "amount": "3.00", ...}], "words": "..."}; what is not told is left out."""
    options = [plain_rows.told(one, COLUMNS) for one in service.cost_options]
    told: dict[str, Any] = {"options": options} if options else {}
    return told | ({"words": service.fees} if service.fees else {}) or None


def put_cost(service: Service, value: Any) -> None:
    """Replace all prices of a service."""
    told = value or {}
    if told.get("options", []) != [plain_rows.told(one, COLUMNS) for one in service.cost_options]:
        ids = sorted(new_id() for _one in told.get("options", ()))
        service.cost_options = [_option(row, own) for row, own in zip(told.get("options", ()), ids, strict=True)]
    service.fees = told.get("words")


def cost_shown(value: Any) -> list[str]:
    """The one line that readers see first, then each price and the group's own words."""
    told = [_cost(one) for one in value.get("options", ())]
    lines = [label] if (label := costs.label(told)) else []
    lines += [line for one in told if len(told) > 1 and (line := costs.option_label(one))]
    lines += [one["amount_description"] for one in value.get("options", ()) if one.get("amount_description")]
    return [*dict.fromkeys(lines), *([value["words"]] if value.get("words") else [])]


def _option(row: dict[str, Any], own_id: Any) -> CostOption:
    made = CostOption(id=own_id)
    plain_rows.put(made, COLUMNS, row)
    return made


def _cost(row: dict[str, Any]) -> Cost:
    pence = int(Decimal(row["amount"]) * 100) if row.get("amount") else None
    dates = (plain_rows.stored(CostOption, name, row.get(name)) for name in ("valid_from", "valid_to"))
    return Cost(row["kind"], pence, row.get("option"), *dates)
