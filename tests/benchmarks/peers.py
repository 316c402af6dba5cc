"""How long `eval resnet --depth 152` takes over the summary tools of PyTorch, as whole processes.

``python -m tests.benchmarks.peers [RUNS [PYTHON]]``, with layercalc installed. The tools are those
that PYTHON has, with torch and torchvision; what is not installed there is left out, and told. Each
summarizes the ResNet-152 of torchvision on an image of 224 x 224.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

from tests.benchmarks.startup import command
from tests.benchmarks.timing import Job, Ratio, compare, table

MODEL = "from torchvision.models import resnet152; model = resnet152(); "
#: What each tool is asked for.
TOOLS = {
    "torchinfo": "from torchinfo import summary; summary(model, (1, 3, 224, 224), verbose=0)",
    "torchsummary": "from torchsummary import summary; summary(model, (3, 224, 224), device='cpu')",
    "fvcore": "import torch; from fvcore.nn import FlopCountAnalysis as count; "
    "count(model, torch.zeros(1, 3, 224, 224)).total()",
    "ptflops": "from ptflops import get_model_complexity_info as count; "
    "count(model, (3, 224, 224), print_per_layer_stat=False)",
}
#: The share of a tool's time that `eval` may take.
TARGET = 0.05


def ratios(runs: int, python: str = sys.executable) -> Iterator[Ratio]:
    """Time `eval` over each tool that is there."""
    for tool, use in TOOLS.items():
        if subprocess.run(
            [python, "-c", f"import torchvision, {tool}"], capture_output=True, check=False
        ).returncode:
            print(f"{tool} is left out: {python} has no torchvision and {tool}")
            continue
        program = [python, "-c", MODEL + use]
        print(f"{tool}: {python} -c {program[-1]!r}")
        yield compare(command("eval", "resnet", "--depth", "152"), (tool, _process(program)), TARGET, runs)


def _process(program: list[str]) -> Job:
    def run() -> None:
        subprocess.run(program, capture_output=True, check=True)

    return run


def main(runs: int = 3, python: str = sys.executable) -> None:
    """Print the table."""
    print(table(ratios(runs, python)))


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 3, *sys.argv[2:3])
