"""“This is my place”: producers who ask for their own record, and the officers who let them have it."""
