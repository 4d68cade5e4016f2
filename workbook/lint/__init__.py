"""A surveyed workbook into findings: where it breaks a modelling standard, and whose standard that is (post floor)."""
