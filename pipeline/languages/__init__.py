"""One folder for each language, with data only; pipeline/language reads them."""
