"""What a server and a worker make ready before they begin, made once for all that are forked from where this is read in."""

from portal.running import serving

serving.make_ready()
