"""The paired bootstrap of benches/statistics.rs written with numpy, for its peer line.

The same sizes: cases, candidates and replicates from the command line; quality and cost by case and candidate; in each
replicate the cases are drawn once for all candidates, and it is counted who is on the front. Prints milliseconds, the
median of five.
"""

import sys
import time

import numpy as np

cases, candidates, replicates = (int(word) for word in sys.argv[1:4])
rng = np.random.default_rng(20261124)
quality = (rng.random((cases, candidates)) < np.linspace(0.6, 0.8, candidates)).astype(float)
cost = np.exp(rng.normal(np.linspace(-8, -5, candidates), 0.3, (cases, candidates)))
sums = np.concatenate([quality, cost], axis=1)


def once():
    on_front = np.zeros(candidates)
    block = 100
    for first in range(0, replicates, block):
        drawn = min(block, replicates - first)
        counts = np.empty((drawn, cases))
        for row in counts:
            row[:] = np.bincount(rng.integers(0, cases, cases), minlength=cases)
        means = counts @ sums / cases
        q, c = means[:, :candidates], means[:, candidates:]
        better_q, better_c = q[:, :, None] > q[:, None, :], c[:, :, None] < c[:, None, :]
        equal_or_better = ~better_q.transpose(0, 2, 1) & ~better_c.transpose(0, 2, 1)
        beaten = (equal_or_better & (better_q | better_c)).any(axis=1)
        on_front += (~beaten).sum(axis=0)
    return on_front / replicates


times = []
for _ in range(5):
    start = time.perf_counter()
    once()
    times.append((time.perf_counter() - start) * 1000)
print(f"{sorted(times)[2]:.0f} ms (numpy {np.__version__})")
