"""Measures contestants side by side, in rounds of one batch each, and compares them within the round.

Two batches that run in close succession see the same machine, so their ratio is independent of changes of its speed
during the benchmark. A ratio of two medians would depend on them.
"""

import statistics
from dataclasses import dataclass

from contestants import Failed, Missing, Process


@dataclass(frozen=True)
class Row:
    """A contestant's row: microseconds, ratios to the base, or the reason why they are missing."""

    name: str
    note: str = ""
    median: float = 0.0
    ratio: float = 0.0
    quartiles: tuple = (0.0, 0.0)
    limit: float = 0.0  # the most that the ratio may be; 0: no limit


class Race:
    """One section of the table. `entries` are pairs of a contestant and its common arguments."""

    def __init__(self, entries, batch, rounds, log):
        self._entries = entries
        self._batch = batch
        self._rounds = rounds
        self._log = log

    def together(self):
        """All at once. The first is the base."""
        samples, notes = self._measure(self._entries)
        base = self._entries[0][0].name
        return [
            _row(contestant.name, samples.get(contestant.name), samples.get(base), notes.get(contestant.name))
            for contestant, _ in self._entries
        ]

    def in_pairs(self):
        """The base with each of the others, one pair after another, so that memory holds at most two hosts."""
        base, *others = self._entries
        base_samples, rows = [], []
        for other in others:
            row, samples = self._beside(base, other)
            base_samples += samples
            rows.append(row)
        return [_row(base[0].name, base_samples, base_samples, "failed"), *rows]

    def each_beside(self, bases):
        """Each with a separate base, which is at the same place of the list and has another name."""
        return [self._beside(base, entry)[0] for base, entry in zip(bases, self._entries)]

    def _beside(self, base, other):
        """The other's row, and the base's samples."""
        samples, notes = self._measure([base, other])
        base_samples, name = samples.get(base[0].name, []), other[0].name
        return _row(name, samples.get(name), base_samples, notes.get(name)), base_samples

    def _measure(self, entries):
        """Samples by contestant, and a note for each contestant without samples."""
        runners, notes, samples = [], {}, {}
        try:
            for contestant, common in entries:
                self._start(contestant, common, runners, notes)
            for turn in range(self._rounds):
                shift = turn % len(runners) if runners else 0
                # A new order each round, so that neighbours change.
                for process in runners[shift:] + runners[:shift]:
                    self._sample(process, runners, notes, samples)
        finally:
            for process in runners:
                process.end()
        return samples, notes

    def _start(self, contestant, common, runners, notes):
        """Starts and warms up a contestant, or notes why it can't run."""
        try:
            process = Process(contestant, common, self._log)
        except Missing:
            notes[contestant.name] = "not built"
            return
        runners.append(process)
        self._attempt(process, runners, notes)

    def _sample(self, process, runners, notes, samples):
        time = self._attempt(process, runners, notes)
        if time is None:
            samples.pop(process.name, None)
        else:
            samples.setdefault(process.name, []).append(time)

    def _attempt(self, process, runners, notes):
        """One batch. A failing contestant is removed."""
        try:
            return process.batch(self._batch)
        except Failed as failure:
            notes[process.name] = str(failure) or f"failed, see {self._log.name}"
            runners.remove(process)
            process.end()
            return None


def _row(name, samples, base, note):
    if not samples:
        return Row(name, note or "failed")
    if not base:
        return Row(name, "nothing to compare with", statistics.median(samples))
    ratios = [sample / other for sample, other in zip(samples, base)]
    low, ratio, high = statistics.quantiles(ratios, n=4, method="inclusive")
    return Row(name, "", statistics.median(samples), ratio, (low, high))
