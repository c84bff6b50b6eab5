"""Makes the two environments, .venv/app and .venv/engine, from the pinned lists. Standard library only; Python 3.8 or later.

Not for building or training anything: that is the `bot` command's, which needs these environments first.

    python3 scripts/setup.py          what `make run` needs
    python3 scripts/setup.py --dev    and what `make test` needs

An environment is finished when its stamp file names the lists it was made from. Without a right stamp it is made again, so a
set-up that was interrupted at any point mends itself at the next start. Every failure is one sentence on stderr and exit code 1.
"""
import argparse
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LISTS = ROOT / "requirements"
UV_AT_LEAST = (0, 5, 0)
FREE_BYTES = 2_500_000_000  # both environments, the installer's cache for them, and a model
PYTHON_INSTALL_SECONDS = 600  # a slow line may take long; a refused one fails by itself in seconds

ENVIRONMENTS = {
    "app": {"pythons": ["3.11", ">=3.11,<3.14"], "lists": ["app"], "dev": ["dev"]},
    "engine": {"pythons": ["3.10"], "lists": ["engine"], "dev": ["engine-dev"]},
}


class SetupError(Exception):
    """What went wrong and what to do about it, in one sentence."""


def say(text):
    print(f"setup: {text}", file=sys.stderr, flush=True)


def run(command, what, timeout=None, quiet=False, **environment):
    """Runs a command with its progress visible; a failure becomes a SetupError with the command's last line."""
    env = {**os.environ, "UV_PYTHON_PREFERENCE": "system", "UV_NO_CONFIG": "1", **environment}
    env.pop("VIRTUAL_ENV", None) if "VIRTUAL_ENV" not in environment else None
    try:
        done = subprocess.run(
            [str(part) for part in command], cwd=ROOT, env=env, timeout=timeout, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE if quiet else None,
        )
    except subprocess.TimeoutExpired as error:
        raise SetupError(f"{what} took longer than {timeout} s; look at the network and start again.") from error
    except OSError as error:
        raise SetupError(f"{what} could not start: {error.strerror or error}.") from error
    if done.returncode:
        raise SetupError(f"{what} failed (see above); nothing was left half-done, so mend it and start again.")
    return done.stdout.strip()


def check_disk():
    free = shutil.disk_usage(ROOT).free
    if free < FREE_BYTES:
        raise SetupError(
            f"only {free / 1e9:.1f} GB are free on this disk and the set-up needs {FREE_BYTES / 1e9:.1f} GB; make room and start again."
        )


@contextmanager
def only_one():
    """Two set-ups at once would write into one folder; the second waits for the first."""
    VENV.mkdir(exist_ok=True)
    with open(VENV / "setup.lock", "w") as lock:
        try:
            import fcntl

            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                say("another set-up is at work here; waiting for it")
                fcntl.flock(lock, fcntl.LOCK_EX)
        except ImportError:  # not POSIX: nothing to lock with
            pass
        yield


def version_of(uv):
    try:
        out = subprocess.run([str(uv), "--version"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=20).stdout
        return tuple(int(part) for part in out.split()[1].split(".")[:3])
    except (OSError, IndexError, ValueError, subprocess.TimeoutExpired):
        return (0, 0, 0)


def find_uv():
    """The installer: the one on this machine if it is recent enough, else a pinned one in .venv/tools."""
    ours = VENV / "tools" / "bin" / "uv"
    for candidate in (ours, shutil.which("uv")):
        if candidate and version_of(candidate) >= UV_AT_LEAST:
            return Path(candidate)
    say("getting uv, which installs everything else")
    shutil.rmtree(VENV / "tools", ignore_errors=True)
    try:
        subprocess.run([sys.executable, "-m", "venv", str(VENV / "tools")], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    except (subprocess.CalledProcessError, OSError) as error:
        raise SetupError(
            "this Python cannot make virtual environments; install its venv module (Debian, Ubuntu: apt install python3-venv) and start again."
        ) from error
    run([VENV / "tools" / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes",
         "-r", LISTS / "tools.txt"], "getting uv")
    return ours


def find_python(uv, requests):
    """The absolute path of an interpreter for one of the version requests, best first; uv fetches one if the machine has none."""
    for request in requests:
        found = subprocess.run([str(uv), "python", "find", "--no-project", request], cwd=ROOT, stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, text=True, env={**os.environ, "UV_PYTHON_DOWNLOADS": "never"})
        if found.returncode == 0:
            return Path(found.stdout.strip())
    wanted = requests[0]
    say(f"no Python {wanted} here; asking uv for one")
    try:
        run([uv, "python", "install", "--no-bin", wanted], f"fetching Python {wanted}", timeout=PYTHON_INSTALL_SECONDS, quiet=True,
            UV_HTTP_RETRIES="1", UV_HTTP_TIMEOUT="20")
        return Path(run([uv, "python", "find", "--no-project", wanted], f"finding Python {wanted}", quiet=True))
    except SetupError as error:
        raise SetupError(
            f"Python {wanted} is neither on this machine nor could it be fetched; install it "
            f"(pyenv install {wanted}, or your system's python{wanted} package) and start again."
        ) from error


def digest(names, python):
    """What an environment is made of: its pinned lists, the interpreter and this script."""
    total = hashlib.sha256(f"{python} {platform.machine()}".encode())
    for path in [*(LISTS / f"{name}.txt" for name in names), LISTS / "build.txt", Path(__file__)]:
        total.update(path.read_bytes())
    return total.hexdigest()


def make(uv, name, dev):
    spec = ENVIRONMENTS[name]
    folder = VENV / name
    stamp = folder / "stamp.json"
    python = folder / "bin" / "python"
    try:
        made = json.loads(stamp.read_text())
    except (OSError, ValueError):
        made = {}
    dev = dev or bool(made.get("dev"))  # starting the bot must not take the tests' packages away
    interpreter = Path(made["python"]) if made.get("python") and Path(made["python"]).exists() and python.exists() else find_python(uv, spec["pythons"])
    wanted = {"base": digest(spec["lists"], interpreter), "dev": digest(spec["dev"], interpreter) if dev else None}
    if python.exists() and all(made.get(part) == wanted[part] for part in ("base", "dev")):
        return
    if made:
        stamp.unlink()
    if not made or made.get("python") != str(interpreter):
        say(f"making .venv/{name} with {interpreter}")
        run([uv, "venv", "--quiet", "--clear", "--no-project", "--python", interpreter, folder], f"making .venv/{name}")
    lists = spec["lists"] + (spec["dev"] if dev else [])
    say(f"installing {' and '.join(lists)} into .venv/{name}")
    run([uv, "pip", "sync", "--python", python, "--require-hashes", "--build-constraints", LISTS / "build.txt",
         *(LISTS / f"{part}.txt" for part in lists)], f"installing into .venv/{name}")
    attach(uv, name, python)
    stamp.write_text(json.dumps({**wanted, "python": str(interpreter)}))


def attach(uv, name, python):
    """Lets an environment import this working copy."""
    if name == "app":
        run([uv, "pip", "install", "--quiet", "--python", python, "--no-deps", "--no-build-isolation", "--editable", ROOT],
            "installing the bot command")
        return
    # Rasa imports TensorFlow at its start; the second line puts a stand-in there first (bot/engine/no_tensorflow.py says why).
    packages = next((VENV / name / "lib").glob("python3.*/site-packages"))
    (packages / "zz_bot_engine.pth").write_text(f"{ROOT}\nimport bot.engine.no_tensorflow\n")


def from_npm():
    """What tests need from npm; without npm, or when it fails, those tests are left out and say so."""
    npm, folder = shutil.which("npm"), ROOT / "tests" / "node"
    wanted = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    stamp = folder / "node_modules" / "stamp"
    if not npm or (stamp.exists() and stamp.read_text() == wanted):
        return
    say("installing what tests need from npm")
    try:
        run([npm, "ci", "--ignore-scripts", "--prefix", folder], "npm", timeout=600, quiet=True)
        stamp.write_text(wanted)
    except SetupError as error:
        say(f"the tests that need npm will be left out: {error}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dev", action="store_true", help="also what the tests need")
    dev = parser.parse_args().dev
    try:
        with only_one():
            if not all((VENV / name / "stamp.json").exists() for name in ENVIRONMENTS):
                check_disk()
            uv = find_uv()
            for name in ENVIRONMENTS:
                make(uv, name, dev)
            if dev:
                from_npm()
    except SetupError as error:
        say(str(error))
        return 1
    except OSError as error:
        say(f"{error.strerror or error}: {error.filename or VENV}; mend this and start again.")
        return 1
    except KeyboardInterrupt:
        say("interrupted; the next start goes on from here.")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
