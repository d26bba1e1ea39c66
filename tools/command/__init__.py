"""What the command lines of programs that people run have in common."""
