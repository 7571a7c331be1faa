"""The wheel carries the content: built, installed in an empty environment, it decides."""

import json
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import json
from rygrad import decide, load_pathway
pathway = load_pathway("rygsmerter")
decision = decide(pathway, {"onset_on": "2025-11-01", "complex_surroundings": "no"}, "2026-03-02")
print(json.dumps([decision.group, decision.reasons["group"]["quote"], len(decision.efforts)]))
"""


def test_the_wheel_decides_in_an_empty_environment(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    venv.create(tmp_path / "empty", with_pip=True)
    python = tmp_path / "empty" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "-q", "--no-input", str(wheel)], check=True, capture_output=True)
    done = subprocess.run([python, "-c", PROGRAM], check=True, capture_output=True, text=True, cwd=tmp_path)
    assert json.loads(done.stdout) == [
        "long_lasting",
        "Længerevarende rygsmerter med/uden smerteudstråling (over 3 mdr.)",
        8,
    ]
    command = subprocess.run(
        [python.with_name("rygrad"), "content", "check"], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert command.returncode == 0, command.stderr
