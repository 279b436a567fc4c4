"""Understands what people write. PURE, but for the loader of the language files."""
