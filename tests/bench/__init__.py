"""Measures Plinth from outside, as users meet it: whole commands, next to a baseline."""
