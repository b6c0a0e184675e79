"""Alembic's folder: `versions/` holds one file a revision, numbered, each with what it does."""
