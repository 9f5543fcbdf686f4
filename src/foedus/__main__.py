"""`python -m foedus`: the command line, where the `foedus` script is not on the path."""

from foedus.cli import main

if __name__ == "__main__":
    main(prog_name="foedus")
