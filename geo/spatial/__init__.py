"""Kernel: spatial and data-publishing tools without a word of OCOP in them."""
