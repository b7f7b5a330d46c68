"""Typed events, one module per slice, written by `scripts/_generate.py`: never edited by hand."""
