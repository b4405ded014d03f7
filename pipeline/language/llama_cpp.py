"""llama.cpp's C interface, as far as scoring needs it, through the library that xllamacpp ships.

xllamacpp's own classes generate text, which emend never does; its library also exports llama.cpp's
C functions, and these return the scores. The layout of their structures may change between
releases, so `Library` compares the default values with the known ones before anything is run.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import weakref
from collections.abc import Sequence
from ctypes import POINTER, c_bool, c_char_p, c_float, c_int8, c_int32, c_size_t, c_uint32, c_void_p
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import EmendError, MissingExtraError

PACKAGE, EXTRA = "xllamacpp", "neural"
WIDTH = 512  # tokens of one question: what all readings share, and each reading's own
LEFT = 96  # tokens that all readings share, at most
# The number does not change a score. More than the machine has to spare cost time: they spin.
THREADS = max(1, min(4, (os.cpu_count() or 2) // 2))


class _ModelParams(ctypes.Structure):
    _fields_ = (
        ("devices", c_void_p),
        ("buffers", c_void_p),
        ("n_gpu_layers", c_int32),
        ("split_mode", c_int32),
        ("load_mode", c_int32),
        ("lazy_mode", c_int32),
        ("main_gpu", c_int32),
        ("tensor_split", c_void_p),
        ("progress", c_void_p),
        ("progress_data", c_void_p),
        ("overrides", c_void_p),
        ("flags", c_bool * 8),
    )


class _ContextParams(ctypes.Structure):
    _fields_ = (
        ("n_ctx", c_uint32),
        ("n_batch", c_uint32),
        ("n_ubatch", c_uint32),
        ("n_seq_max", c_uint32),
        ("n_rs_seq", c_uint32),
        ("n_outputs_max", c_uint32),
        ("n_outputs_max_per_seq", c_uint32),
        ("n_threads", c_int32),
        ("n_threads_batch", c_int32),
        ("kinds", c_int32 * 4),  # context, rope scaling, pooling, attention
        ("flash_attention", c_int32),
        ("rope", c_float * 6),
        ("yarn_orig_ctx", c_uint32),
        ("defragment", c_float),
        ("eval", c_void_p),
        ("eval_data", c_void_p),
        ("type_k", c_int32),
        ("type_v", c_int32),
        ("moe_cache", c_size_t),
        ("abort", c_void_p),
        ("abort_data", c_void_p),
        ("embeddings", c_bool),
        ("offload_kqv", c_bool),
        ("no_perf", c_bool),
        ("op_offload", c_bool),
        ("swa_full", c_bool),
        ("kv_unified", c_bool),
        ("samplers", c_void_p),
        ("n_samplers", c_size_t),
        ("other", c_void_p),
    )


class _Batch(ctypes.Structure):
    _fields_ = (
        ("n_tokens", c_int32),
        ("token", POINTER(c_int32)),
        ("embd", c_void_p),
        ("pos", POINTER(c_int32)),
        ("n_seq_id", POINTER(c_int32)),
        ("seq_id", POINTER(POINTER(c_int32))),
        ("logits", POINTER(c_int8)),
    )


_FUNCTIONS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "backend_init": (None, ()),
    "log_set": (None, (c_void_p, c_void_p)),
    "model_default_params": (_ModelParams, ()),
    "context_default_params": (_ContextParams, ()),
    "model_load_from_file": (c_void_p, (c_char_p, _ModelParams)),
    "init_from_model": (c_void_p, (c_void_p, _ContextParams)),
    "model_get_vocab": (c_void_p, (c_void_p,)),
    "model_free": (None, (c_void_p,)),
    "free": (None, (c_void_p,)),
    "vocab_n_tokens": (c_int32, (c_void_p,)),
    "vocab_bos": (c_int32, (c_void_p,)),
    "vocab_nl": (c_int32, (c_void_p,)),
    "tokenize": (
        c_int32,
        (c_void_p, c_char_p, c_int32, POINTER(c_int32), c_int32, c_bool, c_bool),
    ),
    "batch_init": (_Batch, (c_int32, c_int32, c_int32)),
    "batch_free": (None, (_Batch,)),
    "get_memory": (c_void_p, (c_void_p,)),
    "memory_clear": (None, (c_void_p, c_bool)),
    "decode": (c_int32, (c_void_p, _Batch)),
    "get_logits_ith": (POINTER(c_float), (c_void_p, c_int32)),
}
_QUIET = ctypes.CFUNCTYPE(None, ctypes.c_int, c_char_p, c_void_p)(lambda _level, _text, _data: None)


class Library:
    """The loaded library: `lib.decode(…)` calls `llama_decode`."""

    def __init__(self) -> None:
        """Raises MissingExtraError without xllamacpp, EmendError if its release does not fit."""
        spec = importlib.util.find_spec(PACKAGE)
        if spec is None or not spec.submodule_search_locations:
            raise MissingExtraError(PACKAGE, EXTRA)
        folder = Path(spec.submodule_search_locations[0])
        files = sorted(
            path for path in folder.glob(f"{PACKAGE}*") if path.suffix in {".so", ".pyd", ".dylib"}
        )
        try:
            loaded = ctypes.CDLL(str(files[0]))
            for name, (result, arguments) in _FUNCTIONS.items():
                function = getattr(loaded, f"llama_{name}")
                function.restype, function.argtypes = result, arguments
                setattr(self, name, function)
        except (IndexError, OSError, AttributeError) as error:
            raise EmendError(_UNFIT) from error
        self.log_set(ctypes.cast(_QUIET, c_void_p), None)
        self.backend_init()
        model, context = self.model_default_params(), self.context_default_params()
        if not (
            (context.n_batch, context.n_ubatch, context.n_seq_max) == (2048, 512, 1)
            and list(context.kinds) == [0, -1, -1, -1]
            and list(context.rope) == [0, 0, -1, -1, -1, -1]
            and (context.type_k, context.type_v) == (1, 1)
            and (context.offload_kqv, context.kv_unified, context.other) == (True, False, None)
            and (model.split_mode, model.main_gpu, model.overrides) == (1, 0, None)
            and list(model.flags)[:3] == [False, False, True]
        ):
            raise EmendError(_UNFIT)

    def __getattr__(self, name: str) -> Any:
        """The functions are set when the library is loaded."""
        raise AttributeError(name)


_UNFIT = (
    f"This release of {PACKAGE} is not one that emend can use: run pip install --upgrade "
    f"'emend[{EXTRA}]'."
)


class Llama:
    """A GGUF model in memory, which scores texts and writes none."""

    def __init__(self, path: Path, readings: int) -> None:
        """Load the model for questions of at most `readings` readings.

        Raises EmendError if the file is no GGUF model that llama.cpp can load.
        """
        self._lib = Library()
        params = self._lib.model_default_params()
        params.n_gpu_layers = 0  # a graphics card rounds differently
        self._model = self._lib.model_load_from_file(str(path).encode(), params)
        if not self._model:
            raise EmendError(f"{path} is not a GGUF language model that llama.cpp can load.")
        wanted = self._lib.context_default_params()
        wanted.n_ctx = wanted.n_batch = wanted.n_ubatch = WIDTH
        wanted.n_seq_max = readings
        wanted.n_threads = wanted.n_threads_batch = THREADS
        wanted.kv_unified = True  # the readings share the tokens to the left
        wanted.flash_attention = 0
        self._context = self._lib.init_from_model(self._model, wanted)
        if not self._context:
            raise EmendError(f"{path} cannot be run: there is too little memory for it.")
        self._vocabulary = self._lib.model_get_vocab(self._model)
        self._size = int(self._lib.vocab_n_tokens(self._vocabulary))
        self._batch = self._lib.batch_init(WIDTH, 0, readings)
        weakref.finalize(self, _free, self._lib, self._batch, self._context, self._model)

    def log_probabilities(self, texts: Sequence[str]) -> list[float]:
        """Natural log probabilities of texts, each less that of the beginning they all share."""
        tokens = [self._tokens(text) for text in texts]
        shared = _shared(tokens)
        start = self._lib.vocab_bos(self._vocabulary)
        if not shared:
            start = start if start >= 0 else self._lib.vocab_nl(self._vocabulary)
            tokens, shared = [[start, *own] for own in tokens], 1
        room = (WIDTH - min(shared, LEFT)) // len(texts)
        common = tokens[0][max(0, shared - LEFT) : shared]
        return self._scored(common, [own[shared : shared + room] for own in tokens])

    def _tokens(self, text: str) -> list[int]:
        data = text.encode("utf-8", "replace")
        room = len(data) + 8
        found = (c_int32 * room)()
        n = self._lib.tokenize(
            self._vocabulary,
            data,
            len(data),
            found,
            room,
            True,
            False,
        )
        return list(found[: max(0, n)])

    def _scored(self, common: Sequence[int], own: Sequence[Sequence[int]]) -> list[float]:
        """Run all readings at once: one batch, in which each has a sequence of its own."""
        lib, batch = self._lib, self._batch
        lib.memory_clear(lib.get_memory(self._context), False)
        at = 0

        def add(token: int, position: int, sequences: Sequence[int], asked: bool) -> int:
            nonlocal at
            batch.token[at], batch.pos[at], batch.logits[at] = token, position, asked
            batch.n_seq_id[at] = len(sequences)
            for k, sequence in enumerate(sequences):
                batch.seq_id[at][k] = sequence
            at += 1
            return at - 1

        for k, token in enumerate(common):
            last = add(token, k, range(len(own)), k == len(common) - 1)
        steps: list[list[tuple[int, int]]] = []  # (where the scores are, the token they score)
        for sequence, tokens in enumerate(own):
            before, mine = last, []
            for k, token in enumerate(tokens):
                mine.append((before, token))
                if k < len(tokens) - 1:  # nothing is asked after the last
                    before = add(token, len(common) + k, [sequence], asked=True)
            steps.append(mine)
        batch.n_tokens = at
        if lib.decode(self._context, batch):
            raise EmendError("The language model failed to score a passage.")
        rows: dict[int, tuple[NDArray[np.float32], float]] = {}
        return [sum(self._logit(row, token, rows) for row, token in mine) for mine in steps]

    def _logit(
        self, row: int, token: int, rows: dict[int, tuple[NDArray[np.float32], float]]
    ) -> float:
        """The log probability of a token by one row of the model's output."""
        if row not in rows:
            pointer = self._lib.get_logits_ith(self._context, row)
            logits = np.ctypeslib.as_array(pointer, (self._size,))
            top = float(logits.max())
            rows[row] = logits, top + float(np.log(np.exp(logits - top).sum(dtype=np.float64)))
        logits, total = rows[row]
        return float(logits[token]) - total


def _free(library: Library, batch: _Batch, context: int, model: int) -> None:
    """Free a model's memory when nothing refers to it any more."""
    library.batch_free(batch)
    library.free(context)
    library.model_free(model)


def _shared(tokens: Sequence[Sequence[int]]) -> int:
    """How many tokens all texts begin with; each keeps at least one of its own."""
    least = min(len(own) for own in tokens) - 1
    first = tokens[0]
    return next(
        (k for k in range(least) if any(own[k] != first[k] for own in tokens)), max(0, least)
    )
