"""Where to go back to after a button was pressed: own pages only."""

import re

OWN_PATH = re.compile(r"/(?![/\\])[A-Za-z0-9\-._~%/?&=+,:;@!*'()\[\]#]{0,1500}")


def own_path(wanted: str | None, otherwise: str) -> str:
    """The address that was asked for if it is a path of this site, else the other one."""
    return wanted if wanted and OWN_PATH.fullmatch(wanted) else otherwise
