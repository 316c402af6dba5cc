"""Block diagrams of networks: what is drawn as data, then SVG, Mermaid or DOT.

From: a `Network`. To: a `Diagram`, its layout, texts. Promises: every layer stands in
the picture once, or in a block that is kept shut; the same network gives the same
bytes. It measures only what it is asked to show, and needs no other program.
"""
