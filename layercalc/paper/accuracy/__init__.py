"""Accuracy predicted from a measure: power laws fitted to the zoo, with confidence and prediction intervals.

From: the networks of the paper's tables under a law set. To: fits with confidence, accuracies
expected of other networks, and the measure at which one is expected. Promises: cross-validation
and bootstrap treat a network with all its rows as one, and every draw has a fixed seed. numpy and scipy
are imported where they are used.
"""
