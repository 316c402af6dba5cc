"""How the objects of the package show themselves in Jupyter and its like.

From: a `Shown`, or a model. To: HTML that needs no other file, LaTeX between dollars, SVG.
Promises: no text of a spec is read as markup, and what cannot be shown in a form is left to
the others. Every `Shown` finds this room by itself; what takes a choice is asked for here:

>>> from layercalc import load, notebook
>>> notebook.diagram(load("resnet"), depth=0)._repr_svg_()[:4]
'<svg'
>>> notebook.layers(load("lenet")).table.headers[:4]
['layer', 'input', 'output', 'p']
"""

from layercalc.notebook.formats import shown
from layercalc.notebook.views import Svg, View, activations, diagram, layers, networks, scaling

__all__ = ["Svg", "View", "activations", "diagram", "layers", "networks", "scaling", "shown"]
