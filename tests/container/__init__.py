"""Runs images without a daemon, for tests: unpacks a layout and starts it in namespaces of its own.

Knows the OCI image layout and Linux namespaces; must not know how Plinth makes images.
"""
