"""How Sphinx builds the site: pages in Markdown, the rest from docstrings, grammar, laws and the notebook."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "_ext"))

project = "layercalc"
author = "layercalc contributors"
extensions = [
    "sphinx.ext.autodoc",
    "myst_parser",
    "commands",
    "shipped",
    "notebooks",
    "offline_math",
    "playground",
]
exclude_patterns = ["vscode", "playground", "_build", "_ext"]
default_role = "code"
html_math_renderer = "mathml"
html_theme = "furo"
html_title = "layercalc"
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
autodoc_member_order = "bysource"
