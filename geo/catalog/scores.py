"""From the score of an OCOP assessment to its stars."""

LEAST_SCORES = ((90, 5), (70, 4), (50, 3), (30, 2), (0, 1))
"""The least score (of 100) of each number of stars: Decision 26/2026/QĐ-TTg, as in 148/QĐ-TTg of 2023."""


def stars_of_score(score: float) -> int:
    """Return the stars, 1 to 5, that a score of 0 to 100 gives."""
    return next(stars for least, stars in LEAST_SCORES if score >= least)
