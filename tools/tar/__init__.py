"""Reads compressed tar archives, and unpacks layers as a container runtime does.

Must not know packages, facts or how archives are made.
"""
