"""The public pages: map, list, record pages, language and sitemap."""
