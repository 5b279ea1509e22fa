"""Whom to ask: roles and telephone numbers of a nested document, never the name of a person.

A name is taken where a portal like this one wrote it and it ends as a role's does; where it is the organisation's or the
service's; or where every word of it is a role's. Another may be somebody's, and stays in the original: who agreed elsewhere to
be named has not agreed here.
"""

import re
from collections.abc import Mapping
from functools import cache

from babel.core import get_global

from portal.directory.persons import is_person
from portal.importing import certain, contacts
from portal.importing.nested.values import Node
from portal.importing.parts import Contact, Language, Phone

ROLE_WORDS = """
admin administration administrator advice adviser advisor and assistant booking bookings box care centre chair chairperson
clerk client clients community contact coordinator customer customers department desk director duty email emergency
enquiries enquiry family for front general head help helpdesk helpline hotline info information intake lead leader line
main manager membership officer office of on operations organiser our out outreach phone press project reception
receptionist referral referrals secretary senior service services support switchboard team telephone the to treasurer
trustee trustees volunteer volunteering volunteers welcome worker youth
"""
ROLES = frozenset(ROLE_WORDS.split())
"""Words that a role is called by, in small letters."""
NUMBER = re.compile(r"[0-9+()#*.,/ x-]{3,60}", re.IGNORECASE)
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,3}")
LONGEST_CODE = 35
LONGEST_NUMBER = 60


def contacts_of(service: Node, owners: tuple[Node, ...], known: frozenset[str], country: str) -> tuple[Contact, ...]:
    """Contacts of a service and of its places; telephone numbers that stand alone are a contact without a name.

    `known`: names of the organisation and the service, in small letters. `country` is where numbers are dialled.
    """
    found: list[Contact] = []
    for owner in (service, *owners):
        found += [_contact(one, known, country) for one in owner.each("contacts", "contact")]
        found.append(Contact(phones=_phones(owner, country)))
    return tuple(dict.fromkeys(one for one in found if one != Contact()))


def role_in(node: Node, key: str, known: frozenset[str] = frozenset()) -> str | None:
    """A name that is surely a role's or a body's, else none, with a note."""
    found = node.line(key, 250)
    if found is None or found.casefold() in known or (node.is_ours and not is_person(found)):
        return found
    words = re.findall(r"[^\W\d_]+", found.lower())
    if words and all(word in ROLES for word in words):
        return found
    node.note("the name of a contact may be a person's, so it was not used")
    node.leave(key)
    return None


def languages_of(node: Node) -> tuple[Language, ...]:
    """Languages by their codes, else by their names. Each once."""
    found: dict[str, Language] = {}
    for one in node.each("languages", "language"):
        note = one.text("note")
        for code in _codes(one):
            found.setdefault(code, Language(code, note, own_id=one.own_id()))
    return tuple(found.values())


def _codes(node: Node) -> tuple[str, ...]:
    code, name = node.line("code"), node.line("name") or node.line("language")
    for told in filter(None, (code, name)):
        if node.is_ours and told == code and LANGUAGE.fullmatch(told) and len(told) <= LONGEST_CODE:
            return (told,)
        if codes := certain.languages_in(str(_short_codes().get(told.lower(), told))):
            return codes
    unknown = code or name
    if unknown:
        node.note(f'its language "{unknown[:40]}" is not surely one, so it was not used')
    return ()


@cache
def _short_codes() -> Mapping[str, str]:
    """Codes of two letters by those of three: "eng" is "en"."""
    return dict(get_global("language_aliases"))


def _contact(node: Node, known: frozenset[str], country: str) -> Contact:
    contact = Contact(
        name=role_in(node, "name", known),
        title=node.line("title", 250),
        hours=node.ours.text("hours"),
        phones=_phones(node, country),
        own_id=node.own_id(),
    )
    has_mail = node.line("email") is not None
    if has_mail:
        node.note("the e-mail address of a contact may be a person's, so it was not used")
        node.leave("email")
    return contact


def _phones(node: Node, country: str) -> tuple[Phone, ...]:
    found: list[Phone] = []
    for one in node.each("phones", "phone"):
        told = one.line("number")
        if told is None:
            continue
        extension = one.line("extension")
        words = [one.text("description"), f"Extension {extension}" if extension else None]
        description = "; ".join(word for word in words if word) or None
        numbers = [told] if one.is_ours and NUMBER.fullmatch(told) else contacts.telephone_numbers(told, country)
        if not numbers:
            one.note(f'its telephone number "{told[:60]}" cannot be used')
        languages = languages_of(one)
        found += [
            Phone(number, description, languages, own_id=one.own_id())
            for number in numbers
            if len(number) <= LONGEST_NUMBER
        ]
    return tuple(dict.fromkeys(found))
