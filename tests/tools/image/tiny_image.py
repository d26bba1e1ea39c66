"""Images on disk, made by the verbs for a test."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.tools.workbench import Fragment, Workbench

if TYPE_CHECKING:
    from pathlib import Path

AMD64 = {"architecture": "amd64"}


def link(workbench: Workbench, path: str, *params: tuple[str, Any]) -> Fragment:
    item = ("symlink", {"path": path, "target": "x"})
    return workbench.fragment("files-fragment", ("origin", f"//:{path}"), item, *params)


class Image:
    """An image on disk."""

    def __init__(
        self,
        workbench: Workbench,
        config: dict[str, Any],
        *layers: tuple[Path, Path],
        base: Image | None = None,
        allow_replaced: tuple[str, ...] = (),
    ) -> None:
        directory = workbench.directory / f"image-{len(list(workbench.directory.iterdir()))}"
        directory.mkdir()
        self.workbench = workbench
        self.directory = directory
        self.layers: list[tuple[Path, Path]] = [*(base.layers if base else ()), *layers]
        self.config_path, self.manifest_path = directory / "config", directory / "manifest"
        params: list[tuple[str, Any]] = [("layer", str(facts)) for _, facts in layers]
        if base:
            params += [("base_config", str(base.config_path))]
            params += [("base_manifest", str(base.manifest_path))]
            params += [("base_layer", str(facts)) for _, facts in base.layers]
        self.printed = workbench.run(
            "image",
            *params,
            *(("allow_replaced", path) for path in allow_replaced),
            ("config", config),
            ("out_config", str(self.config_path)),
            ("out_manifest", str(self.manifest_path)),
            ("out_image", str(directory / "image")),
        )

    @property
    def config(self) -> dict[str, Any]:
        """The image configuration."""
        config: dict[str, Any] = json.loads(self.config_path.read_text())
        return config

    @property
    def manifest(self) -> dict[str, Any]:
        """The manifest."""
        manifest: dict[str, Any] = json.loads(self.manifest_path.read_text())
        return manifest

    def layout(self, **more: str) -> tuple[Path, str]:
        """Write the layout; gives the directory and what was printed."""
        out = self.directory / "layout"
        printed = self.workbench.run(
            "layout",
            (
                "image",
                {
                    "config": str(self.config_path),
                    "layers": [str(blob) for blob, _ in self.layers],
                    "manifest": str(self.manifest_path),
                },
            ),
            ("out", str(out)),
            *more.items(),
        )
        return out, printed
