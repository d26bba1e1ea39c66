"""Measures Plinth from outside, as users meet it: whole commands, beside a baseline."""
