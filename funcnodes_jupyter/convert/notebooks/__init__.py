"""Notebooks as they are saved: which workflows stand in them, and what becomes of their cells. Nothing is run."""
