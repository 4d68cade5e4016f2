"""`python -m workbook` (roof)."""

from workbook.cli import main

main()
