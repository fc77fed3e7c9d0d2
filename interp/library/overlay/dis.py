"""Disassembly of this runtime's register bytecode, by the functions that CPython's `dis` has."""

import collections
import io
import sys
import types

import _opcode
from opcode import *
from opcode import __all__ as _of_opcode

__all__ = ['Bytecode', 'Instruction', 'code_info', 'dis', 'disassemble', 'disco', 'distb', 'findlabels',
           'findlinestarts', 'get_instructions', 'pretty_flags', 'show_code'] + _of_opcode

COMPILER_FLAG_NAMES = {
    0x1: 'OPTIMIZED',
    0x2: 'NEWLOCALS',
    0x4: 'VARARGS',
    0x8: 'VARKEYWORDS',
    0x10: 'NESTED',
    0x20: 'GENERATOR',
    0x40: 'NOFREE',
    0x80: 'COROUTINE',
    0x100: 'ITERABLE_COROUTINE',
    0x200: 'ASYNC_GENERATOR',
    0x4000000: 'HAS_DOCSTRING',
    0x8000000: 'METHOD',
}

# Code offsets count bytes; instructions are made of words.
_WORD = 8
# Positions are told for each two bytes.
_UNITS = 4

Positions = collections.namedtuple(
    'Positions', 'lineno end_lineno col_offset end_col_offset', defaults=(None,) * 4)

_Instruction = collections.namedtuple(
    '_Instruction', 'opname opcode arg argval argrepr offset starts_line line_number is_jump_target positions')


class Instruction(_Instruction):
    """One instruction: `arg` are its operands, `argval` the constant, name or register that one of them means."""

    __slots__ = ()


def pretty_flags(flags):
    """Return pretty representation of code flags."""
    names = [name for flag, name in COMPILER_FLAG_NAMES.items() if flags & flag]
    rest = flags & ~sum(COMPILER_FLAG_NAMES)
    if rest:
        names.append(hex(rest))
    return ', '.join(names) or '0x0'


def _code_of(x):
    """The code object of anything that has one, or that compiles."""
    x = getattr(x, '__func__', x)
    for name in ('__code__', 'gi_code', 'ag_code', 'cr_code'):
        if hasattr(x, name):
            x = getattr(x, name)
            break
    if isinstance(x, str):
        try:
            x = compile(x, '<disassembly>', 'eval')
        except SyntaxError:
            x = compile(x, '<disassembly>', 'exec')
    if isinstance(x, types.CodeType):
        return x
    raise TypeError(f"don't know how to disassemble {type(x).__name__} objects")


def findlinestarts(code):
    """Find the offsets in a byte code which are start of lines in the source."""
    last = False
    for start, _end, line in code.co_lines():
        if line is not last:
            last = line
            yield start, line


def findlabels(code):
    """The offsets of all instructions that are jumped to."""
    targets = {entry[-1] for entry in _opcode.instructions(_code_of(code))}
    return sorted(target * _WORD for target in targets if target is not None)


def get_instructions(x, *, first_line=None, show_caches=None, adaptive=False):
    """Iterator for the instructions of a function, method, string or code object."""
    code = _code_of(x)
    entries = _opcode.instructions(code)
    targets = {entry[-1] for entry in entries}
    positions = [Positions(*position) for position in code.co_positions()][::_UNITS]
    shift = 0 if first_line is None else first_line - code.co_firstlineno
    last = None
    for index, opname, opcode, arg, argval, target in entries:
        line = positions[index].lineno
        if line is not None:
            line += shift
        value = argval if target is None else target * _WORD
        shown = repr(argval) if target is None else f'to {value}'
        yield Instruction(opname, opcode, arg, value, shown if value is not None else '', index * _WORD,
                          line is not None and line != last, line, index in targets, positions[index])
        last = line


def disassemble(code, lasti=-1, *, file=None, **options):
    """Disassemble a code object."""
    print(_opcode.disassemble(code), end='', file=file)


disco = disassemble


def dis(x=None, *, file=None, depth=None, **options):
    """Disassemble a class, method, function, generator or code; with no argument, the last traceback."""
    if x is None:
        distb(file=file)
    elif isinstance(x, (type, types.ModuleType)):
        for name, value in sorted(vars(x).items()):
            if isinstance(value, (types.FunctionType, classmethod, staticmethod, type)):
                print(f'Disassembly of {name}:', file=file)
                dis(value, file=file)
                print(file=file)
    else:
        disassemble(_code_of(x), file=file)


def distb(tb=None, *, file=None, **options):
    """Disassemble a traceback (default: last traceback)."""
    if tb is None:
        last = getattr(sys, 'last_exc', None)
        if last is None:
            raise RuntimeError('no last traceback to disassemble')
        tb = last.__traceback__
    while tb.tb_next:
        tb = tb.tb_next
    disassemble(tb.tb_frame.f_code, tb.tb_lasti, file=file)


def code_info(x):
    """Formatted details of methods, functions, or code."""
    code = _code_of(x)
    lines = [
        ('Name', code.co_name),
        ('Filename', code.co_filename),
        ('Argument count', code.co_argcount),
        ('Positional-only arguments', code.co_posonlyargcount),
        ('Kw-only arguments', code.co_kwonlyargcount),
        ('Number of locals', code.co_nlocals),
        ('Registers', code.co_stacksize),
        ('Flags', pretty_flags(code.co_flags)),
    ]
    shown = [f'{name + ":":<19}{value}' for name, value in lines]
    for title, values in (('Constants', map(repr, code.co_consts)), ('Names', code.co_names),
                          ('Variable names', code.co_varnames), ('Free variables', code.co_freevars),
                          ('Cell variables', code.co_cellvars)):
        values = list(values)
        if values:
            shown.append(f'{title}:')
            shown.extend(f'{at:4}: {value}' for at, value in enumerate(values))
    return '\n'.join(shown)


def show_code(co, *, file=None):
    """Print details of methods, functions, or code to *file*."""
    print(code_info(co), file=file)


class Bytecode:
    """The bytecode operations of a piece of code."""

    def __init__(self, x, *, first_line=None, current_offset=None, **options):
        self.codeobj = _code_of(x)
        self.first_line = self.codeobj.co_firstlineno if first_line is None else first_line
        self.current_offset = current_offset

    def __iter__(self):
        return get_instructions(self.codeobj, first_line=self.first_line)

    def __repr__(self):
        return f'{type(self).__name__}({self.codeobj!r})'

    @classmethod
    def from_traceback(cls, tb, **options):
        """ Construct a Bytecode from the given traceback """
        while tb.tb_next:
            tb = tb.tb_next
        return cls(tb.tb_frame.f_code, current_offset=tb.tb_lasti, **options)

    def info(self):
        """Return formatted information about the code object."""
        return code_info(self.codeobj)

    def dis(self):
        """Return a formatted view of the bytecode operations."""
        output = io.StringIO()
        disassemble(self.codeobj, file=output)
        return output.getvalue()
