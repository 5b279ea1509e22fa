"""Handing people over to a link worker team, hearing what became of it, and leaflets: pages of practices."""
