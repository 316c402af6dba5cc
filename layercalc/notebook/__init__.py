"""The display of objects in notebooks such as Jupyter.

From: a `Shown`, or a model. To: HTML that needs no other file, LaTeX between dollars, SVG.
Promises: no text of a spec is read as markup, and what cannot be shown in one format is left to
the others. Every `Shown` object finds this room itself; views with options are made here:

>>> from layercalc import load, notebook
>>> notebook.diagram(load("resnet"), depth=0)._repr_svg_()[:4]
'<svg'
>>> notebook.layers(load("lenet")).table.headers[:4]
['layer', 'input', 'output', 'p']
"""

from layercalc.notebook.formats import shown
from layercalc.notebook.views import Svg, View, activations, diagram, layers, networks, scaling

__all__ = ["Svg", "View", "activations", "diagram", "layers", "networks", "scaling", "shown"]
