"""What is known of a language: reads the folders in pipeline/languages and the lists that packages
ship.
"""
