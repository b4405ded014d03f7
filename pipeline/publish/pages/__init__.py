"""The pages of the reading site."""
