"""What the images of this workspace start."""

from pathlib import Path

import humanize

greeting = Path("/etc/greeting")
said = greeting.read_text(encoding="ascii").strip() if greeting.exists() else "nothing"
print(f"{said}, {humanize.naturalsize(10**6)}")
