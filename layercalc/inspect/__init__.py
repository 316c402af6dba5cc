"""The inside of networks: layers with the values behind each, paths, families side by side."""
