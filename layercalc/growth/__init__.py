"""How measures grow: leading terms, rates, crossings, and which argument meets a target.

From: closed forms with a symbol that grows, and specs that are built at numbers. To:
growths with exact constants, elasticities, brackets between valid numbers. Promises: an
answer about the limit is read off the structure of the closed form, term by term; what
it cannot know it says (`Open`). It words nothing: `report.scale` does.
"""

from layercalc.growth.growth import Growth, Kind, Order
from layercalc.growth.leading import leading
from layercalc.growth.regime import Open, Regime

__all__ = ["Growth", "Kind", "Open", "Order", "Regime", "leading"]
