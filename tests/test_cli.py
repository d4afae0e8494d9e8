"""The commands: exit statuses, JSON, pipes, plain output, and nothing unsafe on the screen."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from bots import shipped

from babybot.cli import COMMANDS, main
from babybot.reply import LAST_RESORT
from babybot.terminal import Terminal, region_of

ROOT = Path(__file__).resolve().parent.parent
SMALL = ROOT / "tests" / "data" / "small_knowledge"
QUESTION = "Why does my baby twitch when asleep?"
DANGER = "his lips went blue and he is not breathing"
NONSENSE = "zxqv wfpb"


@pytest.fixture(autouse=True)
def _british(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LC_CTYPE", "BABYBOT_REGION", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")


def python(*arguments: str) -> list[str]:
    """The command line of babybot in a process of its own."""
    return [sys.executable, "-m", "babybot", *arguments]


# Statuses


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["ask", QUESTION], 0),
        (["ask", *QUESTION.split()], 0),
        (["ask", "--region", "US", DANGER], 0),
        (["ask", "thanks"], 0),
        (["ask", NONSENSE], 1),
        (["explain", DANGER], 0),
        (["ask"], 2),
        (["explain"], 2),
        (["eval"], 2),
        (["ask", "--nonsense", QUESTION], 2),
        (["ask", "--js", QUESTION], 2),
        (["nonsense"], 2),
        (["--nonsense"], 2),
        (["lint", "--format", "xml"], 2),
        (["eval", "--min-recall", "2", "x.jsonl"], 2),
        (["eval", "no-such-file.jsonl"], 2),
        (["ask", "--knowledge", "no-such-folder", QUESTION], 2),
        (["chat", "--knowledge", "no-such-folder"], 2),
        (["build", "no-such-folder"], 2),
        (["lint", "no-such-folder"], 2),
        (["--version"], 0),
        (["--help"], 0),
        *(([command.name, "--help"], 0) for command in COMMANDS),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_statuses(arguments: list[str], status: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == status
    captured = capsys.readouterr()
    assert (captured.out + captured.err).strip()
    assert "Traceback" not in captured.err


def test_help_says_what_every_command_does(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--help"])
    text = capsys.readouterr().out
    assert all(command.name in text and command.summary in text for command in COMMANDS)


def test_every_command_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [command.name for command in COMMANDS if f"babybot {command.name}" not in readme] == []


# ask


def test_ask_into_a_pipe_prints_the_text_of_the_reply(capsys: pytest.CaptureFixture[str]) -> None:
    main(["ask", DANGER])
    assert capsys.readouterr().out.rstrip("\n") == shipped().ask(DANGER, region="GB").text


def test_json_is_the_reply_as_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    main(["ask", "--json", DANGER])
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert json.loads(out) == json.loads(json.dumps(shipped().ask(DANGER, region="GB").to_dict()))


def asked(text: bytes, *options: str) -> list[str]:
    """What `ask -` prints for an input."""
    done = subprocess.run(python("ask", "-", *options), input=text, capture_output=True, check=True, cwd=ROOT)
    assert done.stderr == b""
    return done.stdout.decode("utf-8").splitlines()


def test_a_dash_answers_a_line_at_a_time_whatever_it_holds() -> None:
    lines = [QUESTION.encode(), b"", b"\xff\xfe\xfa", b"\x1b[31m", b"a" * 100_000, DANGER.encode() + b"\r"]
    replies = [json.loads(line) for line in asked(b"\n".join(lines), "--json")]
    assert len(replies) == len(lines)
    assert replies[0]["kind"] == "answer"
    assert replies[2]["utterance"] == "\ufffd" * 3
    assert replies[-1]["utterance"] == DANGER
    assert replies[-1]["escalation"]["urgency"] == "emergency"


def test_a_dash_is_fine_though_nothing_matches() -> None:
    assert asked(NONSENSE.encode())


def test_a_dash_replies_before_the_next_line_comes() -> None:
    with subprocess.Popen(
        python("ask", "-", "--json"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    ) as process:
        assert process.stdin
        assert process.stdout
        for said in (QUESTION, DANGER):
            process.stdin.write(said.encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["utterance"] == said
        process.stdin.close()
        assert process.wait() == 0


@pytest.mark.parametrize("arguments", [("ask", "-"), ("ask", "-", "--json"), ("explain", QUESTION), ("chat",)])
def test_a_closed_pipe_is_not_an_error(arguments: tuple[str, ...]) -> None:
    with subprocess.Popen(
        python(*arguments), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        process.stdin.write(f"{QUESTION}\n".encode() * 50)
        process.stdin.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows interrupts otherwise")
def test_an_interrupt_ends_with_its_own_status() -> None:
    with subprocess.Popen(
        python("ask", "-"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdin.write(b"hello\n")
        process.stdin.flush()
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait() == 130
        assert process.stderr.read() == b""


@pytest.mark.skipif(os.name == "nt", reason="needs a shell's redirections")
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-"])
def test_closed_streams_give_no_traceback(closed: str) -> None:
    command = f"'{sys.executable}' -m babybot ask - {closed}"
    done = subprocess.run(command, shell=True, capture_output=True, input=b"", cwd=ROOT, check=False)
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    "said", ["\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\x9b2J", "\u202ebackwards", "bell\x07\x00", "\ud800"]
)
@pytest.mark.parametrize("command", ["ask", "explain"])
def test_nothing_unsafe_is_printed(command: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    main([command, said + " his lips are blue"])
    main([command, "--" + said])
    captured = capsys.readouterr()
    printed = (captured.out + captured.err).replace("\n", "")
    assert printed.isprintable()


def test_bytes_of_the_command_line_that_are_no_text_are_replaced(capsys: pytest.CaptureFixture[str]) -> None:
    main(["ask", "--json", "caf\udce9"])
    assert json.loads(capsys.readouterr().out)["utterance"] == "caf\ufffd"


def test_unusable_knowledge_tells_every_problem_and_whom_to_call(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "faq").mkdir()
    (tmp_path / "faq" / "a.yaml").write_text("topic: a\nentries:\n  - id: A b\n    answr: x\n", encoding="utf-8")
    assert main(["ask", "--knowledge", str(tmp_path), QUESTION]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(re.findall(r"a\.yaml:\d+:\d+: error: ", captured.err)) >= 2
    assert captured.err.rstrip().endswith(LAST_RESORT)


# Region and terminal


@pytest.mark.parametrize(
    ("environ", "code"),
    [
        ({}, None),
        ({"LANG": "en_GB.UTF-8"}, "GB"),
        ({"LANG": "C.UTF-8"}, None),
        ({"LANG": "C"}, None),
        ({"LANG": "en"}, None),
        ({"LANG": "sr_Latn_RS@euro"}, "RS"),
        ({"LANG": "en_GB", "LC_ALL": "en_AU"}, "AU"),
        ({"LANG": "en_GB", "BABYBOT_REGION": "ie"}, "IE"),
        ({"LANG": "en_GB", "BABYBOT_REGION": " "}, "GB"),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="Windows knows the country otherwise, too")
def test_the_region_comes_from_the_variable_then_the_locale(environ: dict[str, str], code: str | None) -> None:
    assert region_of(environ) == code


@pytest.mark.parametrize(
    ("options", "variable", "number"),
    [(["--region", "US"], "IE", "911"), ([], "AU", "000"), ([], "", "999"), (["--region", "UK"], "", "999")],
)
def test_the_region_asked_for_comes_first(
    options: list[str],
    variable: str,
    number: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("BABYBOT_REGION", variable)
    main(["ask", *options, DANGER])
    assert number in capsys.readouterr().out


class Teletype(io.StringIO):
    """A stream that says it is a terminal."""

    encoding = "utf-8"  # type: ignore[assignment]

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environ", "plain", "expected"),
    [
        ({"TERM": "xterm"}, False, (80, False, False)),
        ({"TERM": "xterm", "COLUMNS": "40"}, False, (40, False, False)),
        ({"TERM": "xterm", "COLUMNS": "300"}, False, (96, False, False)),
        ({"TERM": "xterm", "COLUMNS": "wide"}, False, (80, False, False)),
        ({"TERM": "xterm", "NO_COLOR": "1"}, False, (80, True, False)),
        ({"TERM": "xterm", "NO_COLOR": ""}, False, (80, False, False)),
        ({"TERM": "dumb"}, False, (80, True, False)),
        ({"TERM": "xterm"}, True, (80, True, False)),
        ({"TERM": "xterm", "LC_ALL": "C"}, False, (80, False, True)),
        ({"TERM": "xterm", "LC_CTYPE": "C.UTF-8", "LANG": "C"}, False, (80, False, True)),
        ({"TERM": "xterm", "LANG": "en_GB.UTF-8"}, False, (80, False, False)),
    ],
)
def test_what_a_terminal_allows(environ: dict[str, str], plain: bool, expected: tuple[int, bool, bool]) -> None:
    terminal = Terminal.of(Teletype(), environ, plain=plain)
    assert (terminal.width, terminal.is_plain, terminal.is_ascii) == expected


def test_a_pipe_is_plain_and_as_wide_as_it_likes() -> None:
    terminal = Terminal.of(io.StringIO(), {"TERM": "xterm"})
    assert (terminal.width, terminal.is_plain) == (None, True)
    assert terminal.text([("emergency", "Call 999")]) == "Call 999\n"


def test_colours_are_set_and_taken_back() -> None:
    terminal = Terminal(width=80, is_plain=False, is_ascii=False)
    assert terminal.text([("emergency", "Call"), ("", "now")]) == "\x1b[1;31mCall\x1b[0m\nnow\n"


# lint and build


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small knowledge folder that may be changed."""
    return Path(shutil.copytree(SMALL, tmp_path / "knowledge"))


def test_lint_passes_with_warnings_only(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", str(folder)]) == 0
    out = capsys.readouterr().out
    assert "warning" in out
    assert "[index-untrained]" in out
    assert "0 errors" in out


def broken(folder: Path) -> None:
    """Put one question of the folder into two entries."""
    path = folder / "questions" / "basics.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "is-it-normal:\n  - why the legs\n", encoding="utf-8")


def test_lint_shows_the_line_a_caret_and_the_hint(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken(folder)
    assert main(["lint", str(folder)]) == 1
    lines = capsys.readouterr().out.splitlines()
    at = next(number for number, line in enumerate(lines) if "[shared-question]" in line)
    assert re.match(rf"{re.escape(str(folder))}\S+\.yaml:\d+:\d+: error: ", lines[at])
    assert lines[at + 2].strip() == "^"
    assert lines[at + 2].index("^") == lines[at + 1].index("why the legs")
    assert lines[at + 3].strip().startswith("hint: ")


def test_lint_for_github_and_as_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken(folder)
    assert main(["lint", str(folder), "--format", "github"]) == 1
    assert all(re.match(r"::(error|warning) file=", line) for line in capsys.readouterr().out.splitlines())
    assert main(["lint", str(folder), "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert set(found[0]) == {"path", "line", "column", "severity", "rule", "message", "hint"}


def test_lint_of_knowledge_that_does_not_load_lists_everything(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "faq" / "basics.yaml").write_text("topic: a\nentries:\n  - id: A b\n    answr: x\n", encoding="utf-8")
    assert main(["lint", str(folder)]) == 2
    assert capsys.readouterr().out.count(": error: ") >= 3


@pytest.mark.slow
def test_a_build_is_reproducible_checks_and_notices_an_edit(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("sklearn")
    assert main(["build", str(folder)]) == 0
    first = {path.name: path.read_bytes() for path in (folder / "compiled").iterdir()}
    assert {"knowledge.json", "retriever.bin", "triage.bin"} <= set(first)
    assert main(["build", str(folder)]) == 0
    assert {path.name: path.read_bytes() for path in (folder / "compiled").iterdir()} == first
    assert main(["build", "--check", str(folder)]) == 0
    capsys.readouterr()
    off_topic = folder / "examples" / "benign" / "off-topic.yaml"
    off_topic.write_text("- {text: tell me a joke, author: a1}\n", encoding="utf-8")
    assert main(["build", "--check", str(folder)]) == 1
    assert "of other questions" in capsys.readouterr().err
    off_topic.unlink()
    broken(folder)
    assert main(["build", "--check", str(folder)]) == 1
    assert "does not match the sources" in capsys.readouterr().err


def test_a_build_without_examples_says_so_and_keeps_the_weights(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(folder / "examples")
    (folder / "compiled").mkdir()
    (folder / "compiled" / "triage.bin").write_bytes(b"kept")
    assert main(["build", str(folder)]) == 1
    assert "examples" in capsys.readouterr().err
    assert (folder / "compiled" / "triage.bin").read_bytes() == b"kept"
    assert (folder / "compiled" / "knowledge.json").is_file()


def test_a_build_of_unusable_knowledge_writes_nothing(folder: Path) -> None:
    (folder / "faq" / "basics.yaml").write_text("topic: [", encoding="utf-8")
    assert main(["build", str(folder)]) == 2
    assert not (folder / "compiled").exists()


# explain


def test_explain_tells_every_part(capsys: pytest.CaptureFixture[str]) -> None:
    main(["explain", "his lips went bleu, no fever, for 20 seconds, he is 5 weeks old"])
    out = capsys.readouterr().out
    for heading in ("read as", "measures", "red-flag phrases", "triage weights", "triage", "matches"):
        assert f"\n{heading}\n" in f"\n{out}"
    for part in ("bleu", "duration_s 20", "age_days 35", "threshold", "margin"):
        assert part in out
