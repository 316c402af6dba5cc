"""The paper, reproduced: its networks, its experiments, and accuracy as it follows from a measure."""
