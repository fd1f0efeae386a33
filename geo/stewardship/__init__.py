"""How the register is kept right: reports from the public and the officers' desk."""
