"""Signing in by a link from an e-mail. Opening it changes nothing; the button signs in."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts import arriving, links, magic_links
from portal.accounts.blueprint import bp
from portal.accounts.forms import LinkForm
from portal.core.access import public
from portal.core.pages import page


@bp.route("/sign-in/link", methods=["GET", "POST"], endpoint="sign_in_link")
@public()
def ask_for_link() -> ResponseReturnValue:
    """Ask for a link. The answer is the same whether there is an account or not."""
    form = LinkForm(next=arriving.wanted())
    if not form.validate_on_submit():
        return page("accounts/sign-in-link.html", form=form)
    magic_links.ask(str(form.email.data), address=request.remote_addr or "", to=arriving.wanted())
    return redirect(url_for(".link_sent"), 303)


@bp.get("/sign-in/link/sent")
@public()
def link_sent() -> ResponseReturnValue:
    """What happens next."""
    return page("accounts/link-sent.html")


@bp.route("/sign-in/link/<string:token>", methods=["GET", "POST"])
@public()
def link_arrived(token: str) -> ResponseReturnValue:
    """Who is about to sign in, and the button that does it."""
    try:
        row, user = magic_links.owner(token)
    except links.LinkGone as gone:
        return page("accounts/link-gone.html", sentence=gone.sentence, status=gone.status)
    if request.method == "GET":
        return page("accounts/link-arrived.html", user=user, token=token)
    links.spend(row)
    return arriving.arrive(user, factor="link", is_strong=False, to=str(row.payload.get("next") or ""))
