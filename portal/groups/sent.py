"""What every form of a group's pages sends besides its fields: the version that was seen, and its one-time key.

Both come back with a form that was held while somebody was signed out, so that a change of others meanwhile is still a clash.
"""

from flask import request

from portal.accounts import held_forms
from portal.core.forms import key_of
from portal.directory.models import Service

NOT_TYPED = frozenset({"csrf_token", "key", "version", "action"})


def form_key() -> str:
    """The key that was sent; a new one where what was sent is none."""
    return key_of(held_forms.typed_as("key"))


def base_version(service: Service) -> int:
    """The version that the form was made from. One that cannot be is the present one."""
    sent = held_forms.typed_as("version") or ""
    told = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else service.version
    return min(told, service.version)


def typed() -> list[str]:
    """What somebody had typed, to give it back to them."""
    return [value for name, value in request.form.items(multi=True) if name not in NOT_TYPED and value.strip()]
