"""Tests of the rules that a workbook is held against."""
