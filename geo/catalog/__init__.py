"""What OCOP certifies: categories, producers, products, certificates, offers."""
