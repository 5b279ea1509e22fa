"""Figures for those who plan: what people look for and do not find. Counts of nobody, told as `core/small_numbers.py` says."""
