"""A real registry server for tests, and a proxy before it that makes trouble on request.

Knows the server of Debian's package `docker-registry`; must not know how Plinth talks to it.
"""
