"""How fresh the register is: what was checked within a year, what is filled in, what is known of positions."""
