"""Clinicians and practice staff: handing somebody over to a link worker, leaflets, and what became of it."""
