"""The paper's networks, experiments and predictions as tables, JSON and pages."""
