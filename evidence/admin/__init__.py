"""The clerks' desk: a module for each desk, loaded by `inquiry.config.admin_site`."""
