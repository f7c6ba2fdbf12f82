"""What the user asks of a benchmark, by the environment."""
import os

from .processes import Failure


class UsageError(Failure):
    """Something the user has to put right."""


class Settings:
    """What all benchmarks can be asked for; each adds what it alone knows."""

    def __init__(self, environment, slots):
        # As many as the configuration of a worker allows.
        self.slots = number(environment, "SLOTS", slots, most=1_000)
        self.quick = flag(environment, "QUICK")
        for name in ("LEVEE_BINARY", "LEVEE_BENCH_BINARY", "GENERATOR"):
            path = environment.get(name)
            if path and not os.access(path, os.X_OK):
                raise UsageError(f"{name}={path} is no program.")


def flag(environment, name):
    """Whether the user wants something that is off by default."""
    return environment.get(name, "") not in ("", "0")


def number(environment, name, standard, least=1, most=1_000_000):
    """A whole number that the user gave."""
    text = environment.get(name) or str(standard)
    if not text.isdecimal() or not least <= int(text) <= most:
        raise UsageError(f"{name}={text} is not a whole number from {least} to {most}.")
    return int(text)


def choice(environment, name, standard, known):
    """Names that the user gave, with commas between them."""
    names = [text for text in (environment.get(name) or ",".join(standard)).replace(" ", ",").split(",") if text]
    if not names:
        raise UsageError(f"{name} is empty; it can name {', '.join(known)}.")
    for text in names:
        if text not in known:
            raise UsageError(f"{name}: {text} is none of {', '.join(known)}.")
    return names


def one(environment, name, standard, known):
    """A name that the user gave, where there can be one only."""
    names = choice(environment, name, [standard], known)
    if len(names) > 1:
        raise UsageError(f"{name}={environment[name]}: only one of them can be had at a time here.")
    return names[0]
