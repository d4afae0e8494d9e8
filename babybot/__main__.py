"""`python -m babybot`."""

from babybot.cli import run

if __name__ == "__main__":
    run()
