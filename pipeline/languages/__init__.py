"""One folder a language, of data only; pipeline/language reads them."""
