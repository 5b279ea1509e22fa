"""Numbers and codes that people are known by: NHS numbers, ODS and SNOMED codes, dates, phones, and lists that are loaded."""
