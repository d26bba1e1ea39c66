"""Plinth's programs, one folder per job; a folder imports only the folders below it."""
