"""Work shared by several machines: rounds over one database, an engine that hands the hosts out."""
