"""How tests kill programs, fill disks, and start programs in odd places."""
