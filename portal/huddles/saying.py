"""What is said at a case of what was just done with it: the page opens there, and what stands at its top is out of sight.

The address leads to the sentence, which a browser then focuses, with scripts or without.
"""

from flask import redirect, session, url_for
from flask.typing import ResponseReturnValue

from portal.huddles.meeting import Meeting

SAID = "huddle_said"


def back_to_case(at: Meeting, reference: str, sentence: str, *, is_danger: bool = False) -> ResponseReturnValue:
    """To the board with a case opened, at which a sentence stands once. `is_danger`: whom to call stands first."""
    session[SAID] = [reference, sentence]
    anchor = None if is_danger else "said"
    return redirect(url_for(".board", **at.at, open=reference, _anchor=anchor), 303)


def said_of(reference: str | None) -> tuple[str | None, str | None]:
    """What to say at the case that is opened, and what to say at the top since its case is not: each once."""
    about, sentence = session.pop(SAID, None) or (None, None)
    return (sentence, None) if about == reference else (None, sentence)
