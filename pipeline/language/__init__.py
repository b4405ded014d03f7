"""Language data: the folders in pipeline/languages, and the word lists that packages ship."""
