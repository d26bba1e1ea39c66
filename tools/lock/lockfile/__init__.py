"""The lock: its one form as JSON, how it is built and from what, and how two of them differ."""
