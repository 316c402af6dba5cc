"""The predictor that is fitted beforehand, to the rows of both zoos, and chosen among forms.

From: both zoos. To: `specs/zoo/predictor.json`, and from that the curves of `forecast`. Promises: forms are
stated before any is tried (`forms`), the choice and the intervals come from whole families left out
(`choice`), and what is stored says to which data it belongs (`stored`). Only `layercalc predict --fit` fits.
"""
