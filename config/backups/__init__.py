"""Backup and restore: one file with every row, every file the rows name, and the key our links are made with.

It knows no engine, so what SQLite held can be restored on PostgreSQL and the other way round.
"""
