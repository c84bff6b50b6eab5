"""Where a running bot keeps what it makes: database, models, uploads, logs and secrets, all below BOT_HOME (default var/).

Not for settings (bot/config.py) and not for content (data/).
"""
from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Every secret the processes share; made on the first start, never shipped, never printed.
SECRETS = ("SECRET_KEY", "ENGINE_SECRET")


@dataclass(frozen=True)
class Home:
    """The folder of one installation. `path` is absolute."""

    path: Path

    @classmethod
    def from_environment(cls) -> Home:
        return cls((ROOT / os.environ.get("BOT_HOME", "var")).resolve())

    @property
    def models(self) -> Path:
        return self.path / "models"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def secrets_file(self) -> Path:
        return self.path / "secrets.env"

    def make(self) -> None:
        """Makes the folders. Raises OSError where the disk says no."""
        for folder in (self.path, self.models, self.logs):
            folder.mkdir(parents=True, exist_ok=True)

    def secrets(self) -> dict[str, str]:
        """The secrets as environment variables; those missing from the file are made and added to it (mode 600)."""
        known = {}
        if self.secrets_file.exists():
            for line in self.secrets_file.read_text("utf-8").splitlines():
                name, sep, value = line.partition("=")
                if sep and not line.startswith("#"):
                    known[name.strip()] = value.strip()
        missing = [name for name in SECRETS if not known.get(name)]
        if missing:
            known |= {name: secrets.token_urlsafe(36) for name in missing}
            self._write(known)
        self.secrets_file.chmod(0o600)
        return {name: os.environ.get(name) or value for name, value in known.items()}

    def _write(self, values: dict[str, str]) -> None:
        # Written beside and renamed, so that a full disk or a crash leaves either the old file or the new one.
        draft = self.secrets_file.with_suffix(".new")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write("# Made on the first start. Keep it private; delete a line to have that secret made anew.\n")
            file.writelines(f"{name}={value}\n" for name, value in sorted(values.items()))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.secrets_file)
