"""setattr() and getattr() with a name built at run time, so that it must be found in the table of interned strings."""

LOOPS = 500_000


class Record:
    pass


def run(loops):
    record = Record()
    prefix = "field_"
    for i in range(loops):
        setattr(record, prefix + str(i & 7), i)
    return record.field_3
