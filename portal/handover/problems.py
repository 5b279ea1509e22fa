"""What an action found wrong, at the field of the page that it is about."""

from portal.core.forms import PageForm
from portal.people.consents import ConsentIncomplete
from portal.referrals.guards import Refused

FIELDS = {"reachable": "contact", "takes_referrals": "team", "alive": "name", "has_what_it_needs": "contact"}
"""The field of a guard that names none."""


def say(form: PageForm, problem: Refused | ConsentIncomplete) -> None:
    """Say it there; at the first field of the page where it is about none of them."""
    guard = problem.guard if isinstance(problem, Refused) else ""
    wanted = str(problem.field or FIELDS.get(guard, ""))
    names = [str(field.name) for field in form.shown if field.type != "HiddenField"]
    form.refuse(wanted if wanted in names else names[0], problem.sentence)
