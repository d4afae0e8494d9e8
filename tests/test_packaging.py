"""What is built is what is installed: wheel and sdist carry the knowledge, and a fresh venv answers from any folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parent.parent
SEED = "My baby's eyes roll back and his leg shakes when he sleeps"


def run(*command: str | Path, **options: object) -> str:
    """The standard output of a command that must succeed."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "BABYBOT"))}
    done = subprocess.run(
        [str(part) for part in command], env=environ, capture_output=True, text=True, encoding="utf-8", **options
    )  # type: ignore[call-overload]
    assert done.returncode == 0, done.stdout + done.stderr
    return str(done.stdout)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist, and the wheel made from it."""
    pytest.importorskip("build")
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--outdir", folder, ROOT)
    return folder


@pytest.fixture(scope="module")
def babybot(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The script of a fresh venv in which the wheel is installed."""
    folder = tmp_path_factory.mktemp("venv")
    venv.create(folder, with_pip=True)
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    run(scripts / "python", "-m", "pip", "install", "--quiet", next(built.glob("*.whl")))
    return scripts / "babybot"


def names(built: Path) -> dict[str, set[str]]:
    """The files of the wheel and of the sdist, without the folder the sdist wraps them in."""
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel, tarfile.open(next(built.glob("*.tar.gz"))) as sdist:
        unwrapped = {name.partition("/")[2] for name in sdist.getnames()}
        return {"wheel": set(wheel.namelist()), "sdist": unwrapped}


def test_wheel_and_sdist_carry_the_knowledge(built: Path) -> None:
    found = names(built)
    files = [path.relative_to(ROOT).as_posix() for path in (ROOT / "knowledge").rglob("*.yaml")]
    assert files
    assert {f"babybot/{name}" for name in files} <= found["wheel"]
    assert set(files) <= found["sdist"]
    assert {"babybot/py.typed", "babybot/words.txt", "babybot/knowledge/compiled/knowledge.json"} <= found["wheel"]
    assert not [name for name in found["wheel"] if name.startswith("tests/")]


def test_a_fresh_venv_answers_from_an_empty_folder(babybot: Path, tmp_path: Path) -> None:
    reply = json.loads(
        run(babybot, "ask", "--json", "--region", "GB", "Why does my baby twitch when asleep?", cwd=tmp_path)
    )
    assert reply["kind"] == "answer"
    assert reply["escalation"] is None


def test_a_fresh_venv_escalates(babybot: Path, tmp_path: Path) -> None:
    said = run(babybot, "ask", "--region", "GB", SEED, cwd=tmp_path)
    assert "999" in "".join(said.splitlines()[:4])


def test_what_is_compiled_is_used_once_installed(babybot: Path, tmp_path: Path) -> None:
    assert "untrained" not in run(babybot, "explain", SEED, cwd=tmp_path)


def test_a_fresh_venv_knows_its_version_and_chats(babybot: Path, tmp_path: Path) -> None:
    assert run(babybot, "--version", cwd=tmp_path).startswith("babybot 0.")
    assert "999" in run(babybot, "--region", "GB", cwd=tmp_path, input="hello\n/quit\n")
