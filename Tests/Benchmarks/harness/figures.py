"""Figures: what they are called, what they must be, and what they came to over several rounds."""
import statistics
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A figure, with the bound that it is held to, if it is held to one."""

    key: str
    label: str
    unit: str
    most: float | None = None
    least: float | None = None
    # With another durability than fsync for each job.
    most_of: tuple = ()
    # Whether less is better; None where it says nothing.
    falls: bool | None = True

    def budget(self, fsync):
        """The bound as text and what it is, for a durability."""
        most = dict(self.most_of).get(fsync, self.most)
        if most is not None:
            return f"<= {short(most)}", lambda value: value <= most
        if self.least is not None:
            return f">= {short(self.least)}", lambda value: value >= self.least
        return None, None


class Series:
    """The values of one figure."""

    def __init__(self):
        self.values = []

    @property
    def median(self):
        return statistics.median(self.values)

    def json(self):
        return {"median": self.median, "min": min(self.values), "max": max(self.values), "values": self.values}


def short(value):
    """A number with as many digits as say something: 20,480, 12.3, 0.042."""
    if value is None:
        return "-"
    size = abs(value)
    if size >= 100:
        return f"{value:,.0f}"
    if size >= 10:
        return f"{value:.1f}".removesuffix(".0")
    return f"{value:.3g}" if size >= 0.001 or value == 0 else f"{value:.1e}"
