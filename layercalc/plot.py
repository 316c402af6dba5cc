"""Pictures drawn by matplotlib, which only this room imports."""
