"""Folder, zip and workbook: every source of data turns into tables of text."""
