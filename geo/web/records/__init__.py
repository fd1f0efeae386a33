"""View models of the record pages: what a place, a product, a producer shows to everybody, already in words."""
