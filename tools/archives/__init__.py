"""What upstream publishes: archive locks, and the releases that they can be moved to.

Knows Node.js's and .NET's announcements. Knows nothing of Debian's packages and of layers.
"""
