"""Typed events, one module per slice, written by `scripts/_generate`: never edited by hand."""
