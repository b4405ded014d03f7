"""Train the letter reader's network on text that is misread on purpose.

    python benchmarks/tune/train_reader.py TABLES.npz OUT.xz --text en NOVELS.txt.xz BOOKS.txt.xz \
        --text de … --text fr … --text es … [--seconds 850]

`misreading.py` writes TABLES. Each --text names a language and files of prose, a paragraph a line.
OUT.xz is `pipeline/language/letters.xz`. The shipped one took 850 seconds on one H200, 13,700 steps
of 512 windows; run again, it will not be the same, byte for byte. Needs PyTorch and numba.
"""

from __future__ import annotations

import argparse
import lzma
import time
from pathlib import Path

import misreading
import numpy as np
import torch
import torch.multiprocessing as processes
from torch import nn
from torch.nn import functional

from pipeline.language.figures import pack
from pipeline.language.letter_reader import (
    BASE,
    HEADS,
    NEIGHBOURS,
    NOTHING,
    SHARPNESS,
    SLOTS,
    WINDOW,
)

WIDTH, LAYERS, INNER, EMBEDDED = 320, 8, 1280, 48
TOGETHER, WORKERS = 512, 8
SHARES = {"en": 0.55, "de": 0.18, "fr": 0.17, "es": 0.10}


class Layer(nn.Module):
    """Attention with rotary positions, then squared rectifiers."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH, bias=False)
        self.o = nn.Linear(WIDTH, WIDTH, bias=False)
        self.up = nn.Linear(WIDTH, INNER, bias=False)
        self.down = nn.Linear(INNER, WIDTH, bias=False)
        nn.init.zeros_(self.o.weight)
        nn.init.zeros_(self.down.weight)

    def forward(self, x, cosine, sine):
        many, length, _ = x.shape
        width = WIDTH // HEADS
        parts = self.qkv(functional.rms_norm(x, (WIDTH,))).view(many, length, 3, HEADS, width)
        q, k, v = parts.permute(2, 0, 3, 1, 4)
        q, k = (turned(functional.rms_norm(one, (width,)), cosine, sine) for one in (q, k))
        seen = functional.scaled_dot_product_attention(q, k, v, scale=SHARPNESS)
        x = x + self.o(seen.transpose(1, 2).reshape(many, length, WIDTH))
        return x + self.down(functional.relu(self.up(functional.rms_norm(x, (WIDTH,)))).square())


def turned(x, cosine, sine):
    a, b = x.chunk(2, -1)
    return torch.cat([a * cosine - b * sine, b * cosine + a * sine], -1)


class Network(nn.Module):
    """What `pipeline.language.letter_reader` runs."""

    def __init__(self) -> None:
        super().__init__()
        self.emb = nn.Embedding(NOTHING + 1, EMBEDDED)
        nn.init.normal_(self.emb.weight, std=0.5)
        self.inp = nn.Linear(EMBEDDED * NEIGHBOURS, WIDTH, bias=False)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.head = nn.Linear(WIDTH, SLOTS * (NOTHING + 1), bias=False)
        nn.init.zeros_(self.head.weight)
        half = WIDTH // HEADS // 2
        angle = torch.arange(WINDOW)[:, None] / BASE ** (torch.arange(half) / half)
        self.register_buffer("cosine", angle.cos(), persistent=False)
        self.register_buffer("sine", angle.sin(), persistent=False)

    def forward(self, x):
        wide = functional.pad(x, (NEIGHBOURS // 2, NEIGHBOURS // 2), value=NOTHING)
        letters = self.emb(wide).unfold(1, NEIGHBOURS, 1).permute(0, 1, 3, 2).flatten(2)
        y = functional.rms_norm(self.inp(letters), (WIDTH,))
        for layer in self.layers:
            y = layer(y, self.cosine.to(y.dtype), self.sine.to(y.dtype))
        return self.head(functional.rms_norm(y, (WIDTH,))).view(*y.shape[:2], SLOTS, NOTHING + 1)


def orthogonal(gradient):
    """Newton and Schulz's iteration, with the coefficients of Muon (Jordan and others 2024)."""
    x = gradient.bfloat16()
    x = x / (x.norm() + 1e-7)
    tall = x.size(0) > x.size(1)
    x = x.mT if tall else x
    for _ in range(5):
        s = x @ x.mT
        x = 3.4445 * x + (-4.7750 * s + 2.0315 * s @ s) @ x
    return x.mT if tall else x


class Muon(torch.optim.Optimizer):
    """Momentum whose steps are made orthogonal, for the matrices inside the network."""

    def __init__(self, groups) -> None:
        super().__init__(groups, {"lr": 0.02, "momentum": 0.95, "parts": 1})

    @torch.no_grad()
    def step(self) -> None:
        for group in self.param_groups:
            for matrix in group["params"]:
                state = self.state[matrix]
                kept = state.setdefault("momentum", torch.zeros_like(matrix))
                kept.lerp_(matrix.grad, 1 - group["momentum"])
                update = matrix.grad.lerp(kept, group["momentum"])
                parts = update.chunk(group["parts"])
                rows, columns = parts[0].shape
                update = torch.cat([orthogonal(part) for part in parts]).to(matrix.dtype)
                matrix.mul_(1 - 0.01 * group["lr"])
                matrix.add_(update, alpha=-group["lr"] * max(1, rows / columns) ** 0.5)


def misread(seed: int, texts: dict[str, np.ndarray], tables: Path, ready) -> None:
    """Fill a queue with batches, for ever."""
    draw = np.random.default_rng(seed)
    t = dict(np.load(tables))
    for n in range(1 << 60):
        if n % 100 == 0:
            made = misreading.engines(draw, t, 256)
        counts = {name: round(TOGETHER * SHARES[name]) for name in texts if name != "en"}
        counts["en"] = TOGETHER - sum(counts.values())
        parts = [
            misreading.batch(draw, texts[name], count, WINDOW, made, t)
            for name, count in counts.items()
        ]
        ready.put(np.concatenate(parts, 1))


def train(texts: dict[str, np.ndarray], tables: Path, seconds: float) -> Network:
    """The network after that many seconds on the first GPU; rates fall to nothing by the end."""
    spawned = processes.get_context("spawn")
    ready = spawned.Queue(24)
    workers = [
        spawned.Process(target=misread, args=(k, texts, tables, ready), daemon=True)
        for k in range(WORKERS)
    ]
    for worker in workers:
        worker.start()
    torch.manual_seed(0)
    torch.set_float32_matmul_precision("high")
    network = Network().cuda()
    inside = [m for one in network.layers for m in (one.o.weight, one.up.weight, one.down.weight)]
    thirds = {"params": [one.qkv.weight for one in network.layers], "parts": 3}
    outside = [
        {"params": [network.emb.weight], "lr": 3e-3},
        {"params": [network.head.weight], "lr": 2e-3},
    ]
    optimizers = (
        Muon([{"params": [*inside, network.inp.weight]}, thirds]),
        torch.optim.AdamW(outside, betas=(0.9, 0.97), weight_decay=0, fused=True),
    )
    full = [[group["lr"] for group in one.param_groups] for one in optimizers]
    run = torch.compile(network)
    began, step = 0.0, 0
    while not began or time.monotonic() - began < seconds:
        batch = torch.from_numpy(ready.get()).cuda()
        began = began or (time.monotonic() if step == 3 else 0.0)  # compiled by then
        passed = (time.monotonic() - began) / seconds if began else 0.0
        rate = min(1, (step + 1) / 150) * min(1, (1 - passed) / 0.65)
        for optimizer, rates in zip(optimizers, full, strict=True):
            for group, one in zip(optimizer.param_groups, rates, strict=True):
                group["lr"] = one * max(0, rate)
        with torch.autocast("cuda", torch.bfloat16):
            logits = run(batch[0].long())
        page = batch[1:].permute(1, 2, 0).long()
        loss = functional.cross_entropy(logits.float().reshape(-1, NOTHING + 1), page.reshape(-1))
        loss.backward()
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad()
        step += 1
        if step % 200 == 0:
            print(step, round(SLOTS * loss.item(), 4), flush=True)
    for worker in workers:
        worker.kill()
    return network


def packed(network: Network) -> bytes:
    """The weights, a byte each, with one step for each column."""
    arrays: dict[str, np.ndarray] = {}
    for name, weight in network.state_dict().items():
        short = name.removesuffix(".weight").removeprefix("layers.")
        value = weight.float().cpu().numpy()
        value = value if short == "emb" else value.T
        axis = 1 if short == "emb" else 0
        step = (np.abs(value).max(axis, keepdims=True) / 127).astype(np.float32)
        arrays[short] = np.round(value / step).astype(np.int8)
        arrays[f"{short}/step"] = step
    return pack(arrays)


def read(paths: list[Path]) -> np.ndarray:
    lines = []
    for path in paths:
        with lzma.open(path, "rt", encoding="utf-8") as file:
            lines += [misreading.numbered(f"{line.strip()} ") for line in file]
    return np.concatenate(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("tables", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--text", nargs="+", action="append", required=True)
    parser.add_argument("--seconds", type=float, default=850)
    args = parser.parse_args()
    texts = {name: read([Path(path) for path in paths]) for name, *paths in args.text}
    args.out.write_bytes(packed(train(texts, args.tables, args.seconds)))


if __name__ == "__main__":
    main()
