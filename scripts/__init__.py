"""The command line `allmende`: one file, one command; files that are no command begin with `_`.

It owns what a person types and reads: it starts local chains and servers, signs with the member's own key and
speaks to the public HTTP API and to the contracts. It never decides a rule, never reads a database of the
backend, and never takes a raw key on the command line.
"""
