"""Forms by which records are edited, and what becomes of what was typed."""
