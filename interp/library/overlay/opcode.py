"""Instructions of code objects: see `dis`."""

__all__ = ['EXTENDED_ARG', 'HAVE_ARGUMENT', 'cmp_op', 'hasarg', 'hascompare', 'hasconst', 'hasexc', 'hasfree',
           'hasjabs', 'hasjrel', 'hasjump', 'haslocal', 'hasname', 'opmap', 'opname', 'stack_effect']

# This runtime's instructions have registers: nothing that CPython's tables say holds for them.
opmap = {}
opname = []
cmp_op = ('<', '<=', '==', '!=', '>', '>=')
hasarg = hasconst = hasname = hasjump = hasjrel = hasjabs = hasfree = haslocal = hasexc = hascompare = []
HAVE_ARGUMENT = 0
EXTENDED_ARG = None


def stack_effect(opcode, oparg=None, /, *, jump=None):
    """There is no stack: instructions name the registers that they read and write."""
    return 0
