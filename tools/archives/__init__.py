"""What upstream publishes: archive locks, and the releases that they can be moved to.

Unpacks what was fetched of it, of wheels and of npm packages. Knows nothing of Debian's packages.
"""
