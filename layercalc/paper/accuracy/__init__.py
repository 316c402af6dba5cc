"""How accuracy follows from a measure: power laws fitted to the zoo, their spread, predictions.

From: the networks of the paper's tables under a law set. To: fits with confidence, accuracies
expected of other networks, and the measure at which one is expected. Promises: networks are
left out and drawn whole, with all their rows, and every draw has a fixed seed. numpy and scipy
are imported where they are used.
"""
