"""Chooses packages: the candidates of all indexes, what the manifest asks for, and conflicts.

Reads no network and no disk.
"""
