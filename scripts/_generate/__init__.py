"""Generated files: contract artefacts, typed events, and what the page knows of contracts, words and API.

`python -m scripts._generate` writes them; with `--check` it names the stale ones and exits 1. Nothing here
runs in an installation: all of it is committed.
"""
