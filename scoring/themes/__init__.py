"""Themes: lists of words, what their naming costs, where, and whether more than before."""
