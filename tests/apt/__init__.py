"""A real apt that chooses packages for an empty root, and a sample of real indexes.

Knows Debian's package ``apt``; must not know how Plinth chooses.
"""
