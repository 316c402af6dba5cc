"""Block diagrams of networks: first as data, then as SVG, Mermaid or DOT.

From: a `Network`. To: a `Diagram`, its layout, texts. Promises: every layer is in
the picture once, or in a closed block; the same network gives the same
bytes. It measures only what it is asked to show, and needs no other program.
"""
