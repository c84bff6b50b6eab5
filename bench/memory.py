"""engine.rss_mb, app.rss_mb (after the load of the other benchmarks) and engine.env_mb."""
from __future__ import annotations

from pathlib import Path

from bot.home import ROOT
from bot.stack import Stack


def measure(stack: Stack) -> dict[str, float]:
    return {
        "engine.rss_mb": rss_mb(stack.engine.pid),
        "app.rss_mb": rss_mb(stack.app.pid),
        "engine.env_mb": size_mb(ROOT / ".venv" / "engine"),
    }


def size_mb(folder: Path) -> int:
    """Of the files below a folder; what is linked is not counted."""
    return round(sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink()) / 1e6)


def rss_mb(pid: int) -> float:
    """Resident memory of a process in MB; 0 where the system has no /proc."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return 0.0
    kilobytes = next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return round(kilobytes / 1000, 1)
