"""`python -m ml.evaluate` with a subject: figures as JSON, on data of the reader or of the repository."""

import argparse
import importlib
import sys

SUBJECTS = ("occupations", "titles", "ranking")


def main() -> None:
    """Hands the rest of the command line to the subject's own module."""
    parser = argparse.ArgumentParser(prog="python -m ml.evaluate", description=__doc__, add_help=False)
    parser.add_argument("subject", choices=SUBJECTS)
    chosen, rest = parser.parse_known_args(sys.argv[1:])
    importlib.import_module(f"ml.evaluate.{chosen.subject}").main(rest)


if __name__ == "__main__":
    main()
