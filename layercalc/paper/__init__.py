"""The paper reproduced: its networks, its experiments, and accuracy predicted from a measure."""
