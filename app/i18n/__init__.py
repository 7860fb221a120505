"""Words in Vietnamese and English, without a web request."""
