"""What bin/serve, bin/test and bin/setup do. Runs on the system's Python: standard library only."""
