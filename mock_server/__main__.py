"""`python -m mock_server` is `finapi-mock`."""

from mock_server.cli import main

if __name__ == "__main__":
    main(prog_name="python -m mock_server")
