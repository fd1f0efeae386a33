"""Management of stewardship."""
