"""An uncaught exception with an implicit context and a note."""
try:
    {}["missing key"]
except KeyError:
    error = ValueError("second")
    error.add_note("a note for the reader")
    raise error
