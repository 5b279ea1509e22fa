"""What was typed on the pages, turned into what is kept of a person, of what they ask for and of what they agreed to."""

from datetime import date
from typing import Any

from portal.codes import phones
from portal.people.actions import About
from portal.people.consents import Agreement
from portal.referrals.sending import Wanted
from portal.selfreferral.forms import OWN, is_for_me, is_young

Told = dict[str, Any]
FOR = {"carer": "carer", "work": "worker"}


def about_of(told: Told, *, locale: str, form_key: str) -> About:
    """The person."""
    born = told.get("birth_date")
    return About(
        given_name=told.get("given_name") or None,
        family_name=told.get("family_name") or None,
        birth_date=date.fromisoformat(born) if born else None,
        age_group=told.get("age_group"),
        postcode=told.get("postcode") or None,
        contact=contact_of(told),
        access=_access(told),
        details=_details(told),
        needs=tuple(told.get("needs") or ()),
        locale=locale,
        form_key=form_key,
    )


def wanted_of(told: Told, *, locale: str, form_key: str) -> Wanted:
    """What is asked for. What was typed is kept as it was, with which helplines were shown first."""
    dangers = told.get("danger")
    return Wanted(
        route="self" if is_for_me(told) else "for-somebody",
        needs=tuple(told.get("needs") or ()),
        reason=told.get("words") or None,
        safety_note=told.get("safety_note") or None,
        safety_prompt={"kinds": dangers, "choice": "sent"} if dangers else None,
        told={key: value for key, value in told.items() if key != "danger"},
        method="online",
        locale=locale,
        form_key=form_key,
    )


def agreement_of(told: Told) -> Agreement:
    """What was agreed, and by whom."""
    said = told.get("agreed") or _ticked(told)
    if said == "parent":
        return Agreement(how="online", given_by="parent", basis_note=told.get("my_name"))
    if said == "attorney":
        return Agreement(how="best-interest", given_by="attorney", basis_note=told.get("basis_note"))
    if said == "written":
        return Agreement(how="written", evidence=told.get("my_name"))
    if said == "spoken":
        return Agreement(how="spoken", evidence=told.get("my_name"))
    return Agreement(how="online")


def _ticked(told: Told) -> str:
    """What a tick under "I agree" says: a parent's word for a child, their own, or what they told who asks for them."""
    if is_young(told):
        return "parent"
    return "yes" if is_for_me(told) else "spoken"


def own_answers_of(questions: tuple[str, ...], told: Told) -> list[dict[str, str]] | None:
    """Answers to the service's own questions, with the questions as they were."""
    found = [
        {"question": question, "answer": told[name]}
        for name, question in zip(OWN, questions, strict=False)
        if told.get(name)
    ]
    return found or None


def contact_of(told: Told) -> dict[str, Any]:
    """How the person may be reached, as it is kept. Source: `portal.people.items`."""
    found: dict[str, Any] = {
        "ways": list(told.get("ways") or ()),
        "phone": phones.read(told.get("phone")),
        "email": told.get("email") or None,
        "address": told.get("address") or None,
        "voicemail": told.get("voicemail") == "yes",
        "best_times": told.get("best_times") or None,
    }
    return {key: value for key, value in found.items() if value is not None}


def _access(told: Told) -> dict[str, Any]:
    return {
        "language": told.get("language") or "en",
        "interpreter": bool(told.get("interpreter")),
        "formats": list(told.get("formats") or ()),
    }


def _details(told: Told) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if told.get("no_fixed_abode") and not told.get("postcode"):
        found["no_fixed_abode"] = True
    if not is_for_me(told):
        other = {
            "name": told.get("my_name"),
            "relationship": FOR[told["who"]],
            "phone": phones.read(told.get("my_phone")),
            "may_speak": "through-me" in (told.get("ways") or ()),
        }
        found["related"] = [other]
    return found
