"""Decides whether the model on disk is still right, and has Rasa train a new one when it is not; remembers which one serves.

What counts is what the model is made of: examples, rules, entity patterns, config, domain, the engine's code and its pinned
packages, and of each flow and card only its name, intent and seed examples. Texts do not count: editing one needs no training.
"""
from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bot.content import load
from bot.home import ROOT, Home

try:
    import fcntl
except ImportError:  # not POSIX: nothing to lock with
    fcntl = None

RASA = ROOT / ".venv" / "engine" / "bin" / "rasa"
KEEP = 2  # models besides the one that serves: that of what is on disk, and one to go back to
SERVING = "serving"
EXAMPLES = "data/nlu/**/*.yml"
WATCHED = ("config.yml", "domain.yml", EXAMPLES, "data/rules/*.yml", "data/entities/*.yml",
           "bot/engine/*.py", "bot/engine/*/*.py", "bot/references/*.py", "bot/text/*.py", "requirements/engine.txt")


class TrainingFailed(Exception):
    """Rasa could not train; the message says what to look at."""


def fingerprint(root: Path = ROOT) -> str:
    """Sixteen hex digits that change when, and only when, a new model is needed."""
    total = hashlib.sha256()
    for part in _parts(root):
        total.update(hashlib.sha256(part).digest())
    return total.hexdigest()[:16]


def _parts(root: Path) -> Iterator[bytes]:
    for pattern in WATCHED:
        for path in sorted(root.glob(pattern)):
            yield path.relative_to(root).as_posix().encode()
            yield path.read_bytes()
    content = load(root)
    for name, flow in sorted(content.flows.items()):
        yield json.dumps([name, flow.intent, flow.examples.zh, flow.examples.en], ensure_ascii=False).encode()
    yield json.dumps([sorted({card.intent for card in content.cards.values()}), sorted(content.exchange.coins)]).encode()


def frame(root: Path = ROOT) -> str:
    """Like `fingerprint`, but of everything except examples: two models of one frame can serve the same bot."""
    total = hashlib.sha256()
    for path in (path for pattern in WATCHED if pattern != EXAMPLES for path in sorted(root.glob(pattern))):
        total.update(path.relative_to(root).as_posix().encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    content = load(root)
    total.update(json.dumps([sorted((name, flow.intent) for name, flow in content.flows.items()), sorted({card.intent for card in content.cards.values()}),
                             sorted(content.exchange.coins), sorted({path.stem for path in root.glob(EXAMPLES)})]).encode())
    return total.hexdigest()[:16]


def model_path(home: Home, root: Path = ROOT) -> Path:
    """Where the right model is, or will be."""
    return home.models / f"{fingerprint(root)}.tar.gz"


def record_path(model: Path) -> Path:
    """Where it is kept how a model did on every message (bot/insight/promotion.py)."""
    return model.with_name(model.name.partition(".")[0] + ".json")


def serving(home: Home) -> tuple[Path | None, str]:
    """The model that serves and the frame it was trained in; (None, "") before the first."""
    try:
        kept = json.loads((home.models / SERVING).read_text("utf-8"))
        model, its_frame = home.models / Path(kept["model"]).name, str(kept["frame"])
    except (OSError, ValueError, KeyError, TypeError):
        return None, ""
    return (model, its_frame) if model.exists() else (None, "")


def serve(home: Home, model: Path, root: Path = ROOT) -> None:
    """From now on this model serves."""
    draft = home.models / f"{SERVING}.new"
    draft.write_text(json.dumps({"model": model.name, "frame": frame(root)}), "utf-8")
    draft.replace(home.models / SERVING)


def ensure_model(home: Home, log: Path, root: Path = ROOT) -> tuple[Path, bool]:
    """The model for what is on disk now, and whether it had to be trained.

    Raises TrainingFailed. A model appears under its name only when it is complete, so an interrupted training leaves nothing.
    """
    wanted = model_path(home, root)
    if wanted.exists():
        return wanted, False
    home.make()
    with _only_one(home), tempfile.TemporaryDirectory(dir=home.models, prefix="training-") as draft:
        if wanted.exists():  # made by the one that was waited for
            return wanted, False
        # Rasa's cache goes with the draft: it is not made for two trainings at once, and the fingerprint says it better.
        env = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "PYTHONHASHSEED": "0", "RASA_CACHE_DIRECTORY": str(Path(draft) / "cache")}
        # Rasa's own validation takes longer than the training and looks at stories; ours is `bot check`, and tests run Rasa's.
        command = [str(RASA), "train", "--skip-validation", "--config", "config.yml", "--domain", "domain.yml", "--data", "data", "--out", draft, "--fixed-model-name", "model"]
        with log.open("wb") as out:
            done = subprocess.run(command, cwd=root, env=env, stdout=out, stderr=subprocess.STDOUT)
        made = Path(draft) / "model.tar.gz"
        if done.returncode or not made.exists():
            raise TrainingFailed(f"training failed: {_reason(log)} (all of it: {log}); mend that and start again.")
        os.replace(made, wanted)
    _forget_old(home, wanted)
    return wanted, True


@contextlib.contextmanager
def _only_one(home: Home) -> Iterator[None]:
    """One training at a time; a second one waits."""
    with (home.models / "training.lock").open("w") as lock:
        if fcntl is not None:
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _reason(log: Path) -> str:
    lines = [line.strip() for line in log.read_text("utf-8", "replace").splitlines() if line.strip()]
    return lines[-1][:300] if lines else "Rasa said nothing"


def _forget_old(home: Home, current: Path) -> None:
    kept = {current, serving(home)[0]}
    models = sorted((path for path in home.models.glob("*.tar.gz") if path not in kept), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in models[KEEP - 1:]:
        old.unlink()
        record_path(old).unlink(missing_ok=True)
    for left in home.models.glob("training-*"):
        shutil.rmtree(left, ignore_errors=True)
