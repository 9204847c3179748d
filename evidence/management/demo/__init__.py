"""What `make demo` puts into an empty site. Every person and every event in it is made up."""
