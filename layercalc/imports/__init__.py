"""Ways in: a model of another framework becomes the text of a spec.

From: a model or a file. To: `.arch` text, which the rest of the project reads as any other; no
foreign graph goes further than this room. The stages, each a module or a folder:

1. `pytorch` reads a framework's model as the neutral `graph`.
2. `axes` turns it into layers of the language, channels first, without the reshapes that turn axes.
3. `structure` finds blocks, branches and runs.
4. `writing` writes them, and `check` holds the text against an independent count.
"""
