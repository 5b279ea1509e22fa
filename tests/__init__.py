"""Tests."""

import os

# lxml is there for tests alone: workbooks are read and written as on an instance, which has none.
os.environ["OPENPYXL_LXML"] = "False"
