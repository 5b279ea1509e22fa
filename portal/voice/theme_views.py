"""Themes: what people said in our words, what was done, and who decided it."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core.access import requires
from portal.core.errors import DomainError, Overtaken
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.voice import actions, places, queries
from portal.voice.blueprint import bp
from portal.voice.forms import KEEP, Choices, StepForm, ThemeForm
from portal.voice.kinds import STATES
from portal.voice.models import VoiceTheme
from portal.voice.places import ALL_OF


@bp.get("/voice/themes")
@requires(Permission.VOICE_ANSWER)
def themes() -> ResponseReturnValue:
    """The themes of one's own areas."""
    return page("voice/themes.html", themes=queries.themes_of(viewer()), states=STATES)


@bp.route("/voice/themes/new", methods=["GET", "POST"])
@requires(Permission.VOICE_ANSWER)
def new_theme() -> ResponseReturnValue:
    """Begin a theme."""
    form = ThemeForm(choices=_choices(None))
    if not form.validate_on_submit():
        return page("voice/theme.html", form=form, theme=None, clash=None, said=())
    theme = actions.new_theme(form.values(), str(form.key.data), by=viewer())
    flash(_("The theme is kept as a draft. Nobody else sees it yet."), "done")
    return redirect(url_for(".theme", theme_id=theme.id), 303)


@bp.route("/voice/themes/<uuid:theme_id>", methods=["GET", "POST"])
@requires(Permission.VOICE_ANSWER)
def theme(theme_id: UUID) -> ResponseReturnValue:
    """One theme: change it, see what was said, show it or take it away."""
    found = queries.theme_for(viewer(), theme_id)
    form = ThemeForm(choices=_choices(found), **_standing(found))
    if not form.validate_on_submit():
        return _page_of(found, form)
    try:
        actions.change_theme(theme_id, form.values(), form.seen_version, by=viewer())
    except Overtaken as clash:
        form.version.data = str(clash.version)
        return _page_of(found, form, clash=clash, status=409)
    except DomainError as problem:
        form.refuse("done", problem.sentence)
        return _page_of(found, form)
    flash(_("Your changes are kept."), "done")
    return redirect(url_for(".theme", theme_id=theme_id), 303)


@bp.post("/voice/themes/<uuid:theme_id>/<any(publish, withdraw):step>")
@requires(Permission.VOICE_ANSWER)
def theme_step(theme_id: UUID, step: str) -> ResponseReturnValue:
    """Show a theme on the pages that it is for, or no more."""
    acts = {"publish": actions.publish, "withdraw": actions.withdraw}
    acts[step](theme_id, StepForm().seen_version, by=viewer())
    flash(_("It is published.") if step == "publish" else _("It is no longer shown."), "done")
    return redirect(url_for(".theme", theme_id=theme_id), 303)


def _page_of(
    found: VoiceTheme, form: ThemeForm, *, clash: Overtaken | None = None, status: int | None = None
) -> ResponseReturnValue:
    said = queries.said_of(viewer(), found.id)
    return page("voice/theme.html", status=status, form=form, theme=found, clash=clash, said=said, states=STATES)


def _choices(theme: VoiceTheme | None) -> Choices:
    """What may be chosen. A quote that stands may stay, though its words are not kept any more."""
    targets = places.targets(viewer())
    decisions = queries.decisions_to_choose(targets.values(), theme.board_decision_id if theme else None)
    quotes = {str(one): words for one, words in queries.quotable(viewer(), theme.id if theme else None).items()}
    standing = {KEEP: theme.quote} if theme is not None and theme.quote else {}
    return Choices(targets, decisions, {**standing, **quotes})


def _standing(theme: VoiceTheme) -> dict[str, Any]:
    """What the form shows of a theme."""
    where = theme.neighbourhood.slug if theme.neighbourhood else f"{ALL_OF}{theme.area}"
    return {
        "said": theme.said,
        "where": where,
        "done": theme.done,
        "done_on": theme.done_on,
        "decided": str(theme.board_decision_id or ""),
        "quote": KEEP if theme.quote else "",
        "version": str(theme.version),
    }
