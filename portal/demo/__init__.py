"""The self-contained demonstration: invented organisations, three years of a life together."""
