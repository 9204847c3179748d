"""The data of `make demo`. Every person and event in it is made up."""
