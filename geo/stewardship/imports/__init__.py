"""Imports of tables (Excel, ODS, CSV): read, understood, compared with the register, shown, and applied as a whole."""
