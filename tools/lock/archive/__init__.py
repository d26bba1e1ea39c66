"""What archives publish: indexes, the signatures over them, and stanzas, looked up by name.

Uses nothing that a trusted key did not sign. Chooses no package.
"""
