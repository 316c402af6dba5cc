"""The naive twin of the calculator: everything unrolled, every path walked, plain numbers."""
