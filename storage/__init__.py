"""Values are kept: schema, migrations, repository, bodies. The only package that imports SQLAlchemy."""
