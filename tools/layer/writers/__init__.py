"""Writers of the files that a package's maintainer scripts make on a real Debian.

Each is a pure function from facts to bytes, the same for every architecture; one format per file.
Must not read packages or write segments: the fragment verbs do that.
"""
