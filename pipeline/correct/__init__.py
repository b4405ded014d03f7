"""Correction: which words the OCR misread, and what the page must have said."""

from pipeline.correct.spelling.corrector import Candidate, Correction, Corrector
from pipeline.language.languages import LanguageError, packs

__all__ = ["Candidate", "Correction", "Corrector", "LanguageError", "packs"]
