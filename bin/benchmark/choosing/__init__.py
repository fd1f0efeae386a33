"""How long choosing suppliers takes."""
