"""Whether a button was pressed by a person. Scanners open the links of a mail, and some send the forms that they find.

What a form must bring is the token against forged requests and the name and value of its button: a form that is sent by a program
brings no button. A browser also says whether a person caused a request. Source: W3C Fetch Metadata, `Sec-Fetch-User`.
"""

from collections.abc import Mapping

from werkzeug.datastructures import Headers

PERSON = "?1"


def is_pressed(form: Mapping[str, str], headers: Headers, button: str, values: tuple[str, ...]) -> bool:
    """True where this button was pressed, and the browser, if it tells of such things, says that a person did it."""
    is_person = headers.get("Sec-Fetch-Mode") is None or headers.get("Sec-Fetch-User") == PERSON
    return is_person and form.get(button) in values
