"""A surveyed workbook into violations: which modelling standard it breaks where, and whose that is (post)."""
