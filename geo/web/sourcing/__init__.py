"""The public screens of sourcing: a demand, its suppliers side by side, and who is chosen."""
