"""What receivers of webhooks are sent, as the description tells it. A test holds it against messages that were sent."""

from typing import Any, get_args

from portal.directory.models.changes import Gone

Json = dict[str, Any]
HEADERS = {
    "webhook-id": "Id of the message: the same at every attempt. Remember it, and pass over what you have had.",
    "webhook-timestamp": "When this attempt was made, in seconds since 1970. Refuse what is over 5 minutes off.",
    "webhook-signature": "v1, and the signature (HMAC-SHA-256, Base64) of id, timestamp and body; two while a secret is changed.",
}
MESSAGES = {
    "listing.changed": ("A public listing is new, has changed or came back", "id url changed_at"),
    "listing.gone": ("A listing is no longer public", "id url changed_at reason"),
    "webhook.test": ("A test: nothing to do", ""),
}


def webhooks() -> Json:
    """The messages, by their type."""
    return {kind: {"post": _message(kind, *about)} for kind, about in MESSAGES.items()}


def data_of(required: str) -> Json:
    """The schema of what a message tells."""
    properties: Json = {
        "id": {"type": "string", "format": "uuid"},
        "url": {"type": "string", "format": "uri", "description": "What it says now."},
        "changed_at": {"type": "string", "format": "date-time"},
        "reason": {"type": "string", "enum": list(get_args(Gone))},
        "merged_into": {"type": "string", "format": "uuid", "description": "Where it was merged into a public one."},
    }
    if not required:
        return {"type": "object", "maxProperties": 0}
    kept = {
        name: one for name, one in properties.items() if "reason" in required or name not in {"reason", "merged_into"}
    }
    return {"type": "object", "properties": kept, "required": required.split(), "additionalProperties": False}


def body_of(kind: str) -> Json:
    """The schema of a whole message."""
    properties = {
        "type": {"type": "string", "const": kind},
        "timestamp": {"type": "string", "format": "date-time"},
        "data": data_of(MESSAGES[kind][1]),
    }
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _message(kind: str, summary: str, _required: str) -> Json:
    return {
        "operationId": "told" + "".join(part.capitalize() for part in kind.split(".")),
        "summary": summary,
        "description": "Sent to receivers that the operator of this site has added. Signed as Standard Webhooks has it.",
        "parameters": [
            {"name": name, "in": "header", "required": True, "description": words, "schema": {"type": "string"}}
            for name, words in HEADERS.items()
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": body_of(kind)}}},
        "responses": {
            "2XX": {"description": "The receiver has it."},
            "410": {"description": "The receiver wants no more messages: it is switched off."},
        },
    }
