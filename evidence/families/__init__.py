"""Families: near-identical letters, such as those of a campaign, grouped and never left out."""
