"""Measures Plinth from outside, as its users meet it: whole commands, side by side with a baseline."""
