"""Speed at 50,000, 200,000 and a million places, side by side with other servers and with PostgreSQL alone."""
