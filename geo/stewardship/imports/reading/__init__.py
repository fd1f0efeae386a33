"""From an uploaded file to rows of cells, by a process of its own that can't hurt the server."""
