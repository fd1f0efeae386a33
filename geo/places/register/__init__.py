"""Loading the register shipped in ``fixtures/``: real rows with their sources, and sample rows that say so."""
