"""Requests for quotation: a buyer asks several suppliers at once, they answer, what is accepted is promised."""
