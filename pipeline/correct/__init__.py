"""Correction: which words the OCR misread, and what the page must have said."""

from pipeline.correct.spelling.correction import Correction
from pipeline.correct.spelling.corrector import Corrector
from pipeline.language.languages import LanguageError, packs

__all__ = ["Correction", "Corrector", "LanguageError", "packs"]
