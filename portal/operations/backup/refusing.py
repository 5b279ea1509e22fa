"""Why a backup cannot be made or taken."""


class Refused(Exception):
    """A backup cannot be made or restored, said in a sentence. Nothing was changed."""
