"""What becomes of somebody without a session who asks for a page that needs one."""

from flask import Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts import held_forms
from portal.core import access, origin
from portal.core.transactions import SAFE_METHODS


def init_app(app: Flask) -> None:
    """Lead them to the page for signing in, and keep what they had typed."""
    access.on_stranger(app, led_to_sign_in)


def led_to_sign_in() -> ResponseReturnValue:
    """To the page for signing in, and from there to where they wanted to go. Its words say whether a session has ended."""
    owner = held_forms.owner_of_ended()
    if request.method in SAFE_METHODS:
        query = f"?{request.query_string.decode('ascii', 'ignore')}" if request.query_string else ""
        return _redirected(f"{request.path}{query}", "1" if owner else None)
    origin.check()
    is_kept = owner is not None and held_forms.hold(owner)
    return _redirected(held_forms.page_of_form() or "/", "kept" if is_kept else "1" if owner else None)


def _redirected(path: str, out: str | None) -> ResponseReturnValue:
    return redirect(url_for("accounts.sign_in", next=f"{request.script_root}{path}", out=out), 303)
