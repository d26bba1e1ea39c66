"""A small web service that shows how the machine it runs on is doing."""
