"""How a listing takes referrals: whether, how many, what is asked, from where."""

from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.core.access import requires
from portal.core.i18n import gettext as _
from portal.core.pages import page
from portal.core.permissions import Permission
from portal.core.viewer import viewer
from portal.groups import referral_settings
from portal.groups.blueprint import bp
from portal.groups.listings import own_listing_for
from portal.groups.referral_setting_form import ReferralSettingForm
from portal.referrals.sending import setting_of


@bp.route("/group/listings/<uuid:service_id>/referrals", methods=["GET", "POST"])
@requires(Permission.LISTING_EDIT)
def referral_setting(service_id: UUID) -> ResponseReturnValue:
    """One page for all of it. What changed meanwhile is shown beside what was typed."""
    form = ReferralSettingForm()
    service = own_listing_for(viewer(), service_id, typed=form.is_submitted())
    standing, clash = setting_of(service.id), None
    if not form.is_submitted():
        form.put(standing)
        form.version.data = referral_settings.version_of(standing)
    elif form.validate():
        try:
            referral_settings.change(service, form.told(), version=str(form.version.data), by=viewer())
        except referral_settings.SettingMoved as problem:
            clash, standing = problem, setting_of(service.id)
            form.version.data = referral_settings.version_of(standing)
        else:
            flash(_("Saved. It holds from now on."), "done")
            return redirect(url_for(".listing", service_id=service.id), 303)
    told = {"service": service, "form": form, "standing": standing if clash else None}
    return page("groups/referral-setting.html", status=409 if clash else None, clash=clash, **told)
