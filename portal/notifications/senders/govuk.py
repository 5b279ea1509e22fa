"""E-mail and texts by GOV.UK Notify, with its own client.

It needs one template a channel: of e-mail with the subject ((subject)) and the message ((body)), of text with ((body)).
Source: https://docs.notifications.service.gov.uk/python.html
"""

import logging
from typing import Any

import requests
from notifications_python_client.errors import APIError
from notifications_python_client.notifications import NotificationsAPIClient

from portal.notifications.senders.port import NotSent, Outgoing, Refused, ServerTrouble

SECONDS = 15
ADDRESS_FIELDS = ("email_address", "phone_number")
logging.getLogger("notifications_python_client").setLevel(
    logging.CRITICAL
)  # ours says what went wrong, without addresses


class NotifySender:
    """`templates`: the id of the template of each channel. `url` is that of the service, or of a stand-in."""

    def __init__(self, key: str, templates: dict[str, str], url: str = "") -> None:
        client: Any = NotificationsAPIClient  # it carries no types
        self.client = client(key, timeout=SECONDS, **({"base_url": url} if url else {}))
        self.templates = templates

    def send(self, message: Outgoing) -> str | None:
        """Hand it over under our id as its reference. Where an earlier try may have gone, Notify is asked for it first."""
        try:
            known = self._known(message) if message.may_have_gone else None
            return known or self._sent(message)
        except APIError as error:
            raise _meaning(error, message) from error
        except requests.RequestException as error:
            raise ServerTrouble(f"notify {type(error).__name__}", may_have_gone=True) from error

    def close(self) -> None:
        """Let go of kept connections."""
        self.client.request_session.close()

    def trouble(self) -> str | None:
        """Whether Notify knows our key and the templates."""
        for template in self.templates.values():
            try:
                self.client.get_template(template)
            except APIError as error:
                status = error.status_code if error.response is not None else "no answer"
                return f"GOV.UK Notify cannot be used ({status}). Look at PORTAL_NOTIFY_KEY and the templates."
        return None

    def _known(self, message: Outgoing) -> str | None:
        """Notify's id for what it already has from us, if it does."""
        found = self.client.get_all_notifications(reference=message.id.hex)
        return next((str(one["id"]) for one in found.get("notifications", ())), None)

    def _sent(self, message: Outgoing) -> str:
        template = self.templates[message.channel]
        if message.channel == "sms":
            told = self.client.send_sms_notification(
                message.to, template, personalisation={"body": message.text}, reference=message.id.hex
            )
        else:
            told = self.client.send_email_notification(
                message.to,
                template,
                personalisation={"subject": message.subject, "body": message.text},
                reference=message.id.hex,
                one_click_unsubscribe_url=message.headers.get("List-Unsubscribe", "").strip("<>") or None,
            )
        return str(told["id"])


def _meaning(error: APIError, message: Outgoing) -> NotSent:
    """What an answer of Notify means. Its words may repeat the address, so the kind of error alone is kept."""
    if error.response is None:
        return ServerTrouble("notify: no answer", may_have_gone=True)
    status = error.status_code
    told = error.message if isinstance(error.message, list) else []
    kind = next((str(one.get("error")) for one in told if isinstance(one, dict)), "")
    reason = f"notify {status} {kind}".strip()
    if status == 400:
        is_about_address = any(
            isinstance(one, dict) and str(one.get("message", "")).startswith(ADDRESS_FIELDS) for one in told
        )
        return Refused(reason, kind="hard", is_about_address=is_about_address)
    return ServerTrouble(reason, may_have_gone=message.may_have_gone or status >= 500)
