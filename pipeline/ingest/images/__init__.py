"""Page images and PDF: prepared, and recognised by Tesseract."""
