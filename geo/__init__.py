"""The product: everything ocopmap is, apart from how it is wired."""
