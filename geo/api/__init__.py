"""The register over HTTP: OGC API - Features, exports, tiles and actions."""
