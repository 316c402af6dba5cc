"""Writes results for people and for programs: tables, listings, JSON.

From: networks and their measures. To: texts and `Table`s. Promises: every number
comes from a measure, in an order that depends on nothing but the spec. It prints
nothing and calculates nothing; `cli` prints.
"""
