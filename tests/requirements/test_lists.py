"""The pinned lists install on every platform the README names: each package has a wheel there or builds from plain Python."""
from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLATFORMS = ("x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu", "aarch64-apple-darwin")
PYTHONS = {"app": "3.11", "engine": "3.10"}
# Without a wheel on some platform; built at set-up with the pinned requirements/build.txt. None needs a compiler:
# SQLAlchemy and rcssmin leave their C extensions out where there is none (setup.py, "build_ext").
SOURCE_ONLY = {"docopt", "mattermostwrapper", "randomname", "rcssmin", "sqlalchemy"}
NOT_INSTALLED = ("tensorflow", "keras", "jax", "jaxlib", "tf-keras", "tensorboard")


def entries(name: str) -> list[str]:
    """The list's requirements, each with its hashes."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    return re.split(r"\n(?=[A-Za-z0-9])", re.sub(r"^\s*#.*\n", "", text, flags=re.M))


def uv() -> str:
    found = next((path for path in (ROOT / ".venv/tools/bin/uv", shutil.which("uv")) if path and Path(path).exists()), None)
    assert found, "make test sets uv up first"
    return str(found)


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("name", PYTHONS)
def test_every_package_can_be_had_for_the_platform(name: str, platform: str, tmp_path: Path) -> None:
    wheels = tmp_path / "wheels.txt"
    wheels.write_text("\n".join(entry for entry in entries(name) if entry.split("==")[0].strip() not in SOURCE_ONLY))
    done = subprocess.run(
        [uv(), "pip", "install", "--dry-run", "--no-deps", "--only-binary", ":all:", "--require-hashes", "--target", str(tmp_path / "none"),
         "--python", sys.executable, "--python-platform", platform, "--python-version", PYTHONS[name], "-r", str(wheels)],
        capture_output=True, text=True,
    )
    if "Failed to fetch" in done.stderr or "dns error" in done.stderr:
        pytest.skip("the package registry cannot be reached")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["app", "dev", "engine", "engine-dev", "build", "tools"])
def test_every_requirement_is_pinned_with_a_hash(name: str) -> None:
    found = [entry for entry in entries(name) if "==" in entry]
    assert found
    assert [entry.splitlines()[0] for entry in found if "--hash=sha256:" not in entry] == []


def test_no_neural_network_package_reaches_the_engine() -> None:
    wanted = [entry.splitlines()[0] for entry in entries("engine") if entry.startswith(NOT_INSTALLED)]
    assert wanted
    assert [line for line in wanted if "sys_platform == 'never'" not in line] == []


def test_no_list_names_a_package_registry() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        assert "://" not in path.read_text(), path.name
