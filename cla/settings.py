"""What the environment decides: where the data lives and whether this is a demonstration."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """The installation's settings. Paths are absolute."""

    data_dir: Path
    database_url: str
    demo: bool

    @property
    def secret_file(self) -> Path:
        """Where the key that signs sign-in cookies is kept when CLA_SECRET is not set."""
        return self.data_dir / "secret"


def settings() -> Settings:
    """Read the settings from the environment, now."""
    data_dir = Path(os.environ.get("CLA_DATA_DIR") or ROOT / "data" / "local").resolve()
    return Settings(
        data_dir=data_dir,
        database_url=os.environ.get("CLA_DATABASE_URL") or f"sqlite:///{data_dir / 'cla.db'}",
        demo=os.environ.get("CLA_DEMO") == "1",
    )
