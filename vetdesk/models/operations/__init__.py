"""One module for each thing a person can do, called alike by window and command line."""
