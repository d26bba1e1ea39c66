"""Real OpenPGP programs."""
