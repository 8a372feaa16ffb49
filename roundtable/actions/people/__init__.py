"""The circle: people and organisations."""
