"""Stores documents about an image when it is pushed, and signatures if there is a key.

It happens after the image is there and before its tags are, so that an image with a tag always has
them.
"""

from __future__ import annotations

from dataclasses import dataclass

from tools.registry.client import Client
from tools.registry.cosign import store_attestation, store_signature
from tools.registry.publication import Publication
from tools.registry.referrers import attach
from tools.registry.signer import Signer


@dataclass(frozen=True, slots=True)
class Endorsement:
    """How to endorse.

    Attributes:
        sign: signs; None to store documents without signatures.
    """

    sign: Signer | None = None

    def store(self, client: Client, publication: Publication) -> list[str]:
        """Store everything about one image; return lines that list it.

        Raises:
            PlinthError: it cannot be signed or stored.
        """
        told = []
        root = publication.root
        if publication.attachments:
            attach(client, root, list(publication.attachments))
            kinds = ", ".join(each.media_type for each in publication.attachments)
            told.append(f"attached: {kinds}")
        if self.sign:
            new = store_signature(client, root.digest, self.sign)
            told.append("signed" if new else "was signed already")
            for attachment in publication.attachments:
                statement = attachment.statement(str(client.repository), root.digest)
                store_attestation(client, root.digest, statement, self.sign)
                told.append(f"attested: {attachment.predicate_type}")
        return told
