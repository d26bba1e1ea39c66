"""What a package does beyond its files when it is installed, read as data.

Knows Debian's maintainer scripts, triggers, sysusers.d and tmpfiles.d, and evaluates what is static
in them; runs nothing. Must not know layers, locks or images: they use it, and make the files.
"""
