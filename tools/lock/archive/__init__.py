"""What archives publish: indexes, the signatures over them, and stanzas, looked up as they stand.

Believes nothing that a trusted key did not sign. Chooses no package.
"""
