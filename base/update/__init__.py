"""Moves the catalogue forward: every lock, the archives, the sizes in the documents.

Knows the layout of this repository, and how to say what has changed. How locks are made is the
business of ``lock``, what upstream announces that of ``archives``.
"""
