"""What accuracy the measures expect: curves fitted to the networks of the zoo.

From: the zoo's measures and printed accuracies. To: a fitted curve, its spread, and what
it expects of a network. It needs scipy, and imports it where it is used.
"""
