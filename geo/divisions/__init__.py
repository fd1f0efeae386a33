"""Administrative divisions of Viet Nam, each with its validity in time."""
