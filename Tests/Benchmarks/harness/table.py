"""What a benchmark prints, and the files it leaves: .levee/bench/<time>.json, and kept.json to compare with."""
import json
import os
import shutil
import sys
import textwrap
import time

from .figures import short

# Figures that differ by less may be equal on a machine that others use as well.
NOISE = 0.25


class Table:
    """Speaks to a terminal in colours, else plainly."""

    def __init__(self, state):
        self.state = state
        coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        self.bold, self.dim, self.good, self.bad, self.plain = (
            ("\033[1m", "\033[2m", "\033[32m", "\033[31m", "\033[0m") if coloured else ("",) * 5)
        self._began = time.monotonic()

    def progress(self, text):
        seconds = int(time.monotonic() - self._began)
        print(f"    {self.dim}{seconds // 60}:{seconds % 60:02}{self.plain}  {text}", flush=True)

    def trouble(self, text):
        print(f"    {self.bad}failed{self.plain}  {text}", flush=True)

    # The kept run

    @property
    def _kept(self):
        return os.path.join(self.state, "kept.json")

    def kept(self):
        try:
            with open(self._kept) as file:
                return json.load(file)
        except (OSError, ValueError):
            return None

    def write(self, run, keeps=False, prefix=""):
        path = os.path.join(self.state, prefix + run["at"].replace(":", "") + ".json")
        with open(path, "w") as file:
            json.dump(run, file, indent=1)
            file.write("\n")
        if keeps:
            shutil.copy(path, self._kept)
        return path

    # The table

    def machine(self, run):
        facts = run["machine"]
        rounds = f"{run['rounds']} round{'s' if run['rounds'] > 1 else ''}"
        print(f"\n{self.bold}{run['at']}{self.plain}  {facts['cores']} x {facts['cpu']},"
              f" {facts['memoryMiB'] // 1024} GiB, {facts['kernel']}")
        print(f"Levee {facts['levee']}, Redis {facts['redis']}, {run['slots']} slots a worker, {rounds}; others took"
              f" {run['others']['median']:.0%} of the machine, {run['others']['max']:.0%} at most")
        if run["others"]["max"] > 0.1:
            print(f"{self.bad}The machine was not quiet: rates and latencies are not what they would be.{self.plain}")

    def show(self, run, figures, kept):
        """The figures with their budgets; beside them those of other durabilities, and of the kept run."""
        first, *more = run["fsync"]
        self.machine(run)
        width = max(len(figure.label) for figure in figures) + 2
        old = (kept or {}).get("figures", {}).get(first, {})
        names = {"off": "no AOF"}
        heading = f"{'':{width}}{names.get(first, first):>10}{'min - max':>21}  {'':6}{'budget':>10}  {'':7}"
        heading += "".join(f"{names.get(name, name):>11}" for name in more)
        heading += f"  {'kept run':>10}  change" if old else ""
        print(f"\n{self.bold}{heading}{self.plain}")
        met = missed = 0
        for figure in figures:
            values = run["figures"][first].get(figure.key)
            others = [run["figures"][name].get(figure.key) for name in more]
            if values is None and not any(others):
                continue
            line = f"{figure.label:{width}}"
            if values is None:
                line += f"{'-':>10}{'':21}  {figure.unit:6}{'':10}  {'':7}"
            else:
                spread = f"{short(values['min'])} - {short(values['max'])}" if len(values["values"]) > 1 else ""
                bound, is_met = figure.budget(first)
                verdict = ""
                if bound is not None:
                    holds = is_met(values["median"])
                    met, missed = met + holds, missed + (not holds)
                    verdict = f"{self.good}met    {self.plain}" if holds else f"{self.bad}NOT MET{self.plain}"
                line += f"{short(values['median']):>10}{spread:>21}  {figure.unit:6}{bound or '':>10}  "
                line += verdict or " " * 7
            line += "".join(f"{short(other['median']) if other else '-':>11}" for other in others)
            if values is not None and figure.key in old:
                line += self._change(figure, values["median"], old[figure.key]["median"])
            print(line.rstrip())
            if figure.key in run["notes"]:
                self._note(run["notes"][figure.key], width)
        print(f"\n{met} of {met + missed} budgets met.", end="")
        print(f" Kept run: {kept['at']}." if kept else " KEEP=1 keeps a run to compare later ones with.")
        for name in ("slots", "quick", "rounds"):
            if kept and kept[name] != run[name]:
                print(f"{self.bad}The kept run had {name} {kept[name]}, this one {run[name]}.{self.plain}")

    def _note(self, text, width):
        indent = "      "
        for line in textwrap.wrap(text, width + 50):
            print(f"{indent}{self.dim}{line}{self.plain}")

    def _change(self, figure, now, then):
        if not then:
            return ""
        change = now / then - 1
        colour = ""
        if figure.falls is not None and abs(change) > NOISE:
            colour = self.good if (change < 0) == figure.falls else self.bad
        return f"  {short(then):>10}  {colour}{change:+.0%}{self.plain if colour else ''}"
