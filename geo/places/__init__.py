"""Where it happens: production sites, processing facilities, points of sale."""
