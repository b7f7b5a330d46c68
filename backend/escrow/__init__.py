"""What is agreed and held between two members: who acts next in a deal, by when, and who is reminded of it.

Owns the outbox of reminders and the notices delivered from it. It never moves money: the contract does, and
only for the members themselves.
"""
