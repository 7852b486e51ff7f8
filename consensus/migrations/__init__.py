"""How the schema came to be, one step a file; `consensus.database.upgrade` runs them."""
