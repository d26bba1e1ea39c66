"""The common parts of the command lines of programs that people run."""
