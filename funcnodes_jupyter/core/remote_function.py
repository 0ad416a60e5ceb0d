"""How a function gets into another process: as a name to import or, where there is none, as its source.

A decorated function does not pickle, for its module has the node class under its name; and nothing of the
program's main module or of a notebook can be imported elsewhere.
"""

from __future__ import annotations
import __future__

import ast
import dis
import importlib
import inspect
import linecache
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import CodeType, FunctionType, ModuleType
from typing import Any

from funcnodes_jupyter.core.errors import NotSendableError
from funcnodes_jupyter.core.process_channel import Pickled

Function = Callable[..., Any]

_REMEDY = "put the function into a module that can be imported"


@dataclass(frozen=True, slots=True)
class RemoteFunction:
    """A function on its way; ``filename`` is where its code stands, None for one that is not Python."""

    name: str
    filename: str | None
    takes_node: bool
    form: Reference | Source

    @staticmethod
    def of(function: Function) -> RemoteFunction:
        """The form in which ``function`` can travel, with the globals that its source needs as they are now.

        Raises:
            NotSendableError: it can travel neither way; the text names it and the remedy.
        """
        name = getattr(function, "__name__", repr(function))
        code = getattr(function, "__code__", None)
        return RemoteFunction(
            name=name,
            filename=code.co_filename if code is not None else None,
            takes_node=_takes_node(function),
            form=_reference(function) or _source(function, name),
        )

    def load(self) -> Function:
        """The function itself, in the other process; raises whatever importing or executing its module raises."""
        return self.form.load()


def _takes_node(function: Function) -> bool:
    try:
        return "node" in inspect.signature(function).parameters
    except (TypeError, ValueError):
        return False  # some builtins do not tell


# --- by name ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reference:
    """``path`` leads in ``module`` to the function, or to the node class that has it as ``o_func``."""

    module: str
    path: str
    is_class: bool

    def load(self) -> Function:
        found: Any = importlib.import_module(self.module)
        for part in self.path.split("."):
            found = getattr(found, part)
        return found.o_func if self.is_class else found  # type: ignore[no-any-return]


def _reference(function: Function) -> Reference | None:
    module = sys.modules.get(getattr(function, "__module__", None) or "")
    if module is None or module.__name__ == "__main__" or not _found_again(module):
        return None
    path: str = getattr(function, "__qualname__", "<locals>")
    found: Any = module
    for part in path.split("."):
        found = getattr(found, part, None)
    if found is function:
        return Reference(module.__name__, path, is_class=False)
    named = {path: found, **vars(module)}
    for name, value in named.items():
        if isinstance(value, type) and getattr(value, "o_func", None) is function:
            return Reference(module.__name__, name, is_class=True)
    return None


def _found_again(module: ModuleType) -> bool:
    """Whether importing the module's name anew would give what it was made of."""
    known = getattr(module, "__spec__", None)
    if known is None or known.name != module.__name__:
        return False
    parent = module.__name__.rpartition(".")[0]
    path = getattr(sys.modules.get(parent), "__path__", None)
    if parent and path is None:
        return False
    specs = (finder.find_spec(module.__name__, path) for finder in sys.meta_path if hasattr(finder, "find_spec"))
    spec = next((found for found in specs if found is not None), None)
    return spec is not None and spec.origin == known.origin


# --- as source --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Text:
    """The definition of one function as it stands in its file from ``first_line`` on."""

    name: str
    text: str
    filename: str
    first_line: int
    defaults: Pickled
    """Its defaults as values: the names in their expressions may mean something else by now."""

    def define(self, namespace: dict[str, Any]) -> None:
        """Execute the definition, without decorators, so that tracebacks show its lines where they were."""
        definition = _definition(self.text)
        definition.decorator_list = []
        _blank_defaults(definition.args)
        ast.increment_lineno(definition, self.first_line - 2)
        _show_lines(self.filename, self.first_line, self.text)
        flags = __future__.annotations.compiler_flag  # what annotations name need not be there
        code = compile(ast.Module([definition], []), self.filename, "exec", flags=flags, dont_inherit=True)
        exec(code, namespace)
        function: Any = namespace[definition.name]
        function.__defaults__, function.__kwdefaults__ = self.defaults.read()
        namespace[self.name] = function


@dataclass(frozen=True, slots=True)
class Source:
    """Functions of one namespace, the wanted one first, and what of its globals they use."""

    texts: tuple[Text, ...]
    modules: dict[str, str]
    values: dict[str, Pickled]

    def load(self) -> Function:
        namespace: dict[str, Any] = {"__name__": "__main__"}
        for name, module in self.modules.items():
            namespace[name] = importlib.import_module(module)
        for name, value in self.values.items():
            namespace[name] = _read_global(name, value, self.texts[0].name)
        for text in reversed(self.texts):
            text.define(namespace)
        return namespace[self.texts[0].name]  # type: ignore[no-any-return]


def _read_global(name: str, value: Pickled, function: str) -> Any:
    try:
        return value.read()
    except Exception as error:
        raise NotSendableError(
            f"{name!r}, which {function} uses, cannot be read in another process: {type(error).__name__}: {error}. "
            "Make it an input, or put it into a module that can be imported.",
            function,
        ) from error


def _source(function: Function, name: str) -> Source:
    if not isinstance(function, FunctionType):
        raise NotSendableError(
            f"{name} cannot be sent to a process, it is a {type(function).__name__}: {_REMEDY}.", name
        )
    texts: dict[str, Text] = {}
    modules: dict[str, str] = {}
    values: dict[str, Pickled] = {}
    # Where it calls itself it means itself, also if its own name leads to its node class by now.
    waiting = [(function.__name__, function)]
    while waiting:
        bound_as, current = waiting.pop()
        texts[bound_as] = _text(bound_as, current, name)
        for used in _globals_of(current.__code__):
            if used in texts or used in modules or used in values or used not in function.__globals__:
                continue
            value = function.__globals__[used]
            if isinstance(value, ModuleType):
                modules[used] = value.__name__
            elif isinstance(value, FunctionType) and value.__globals__ is function.__globals__:
                waiting.append((used, value))
            else:
                values[used] = _packed_global(used, value, name)
    return Source(tuple(texts.values()), modules, values)


def _text(bound_as: str, function: FunctionType, name: str) -> Text:
    code = function.__code__
    if code.co_freevars:
        around = ", ".join(code.co_freevars)
        raise NotSendableError(f"{name} cannot be sent to a process, it uses {around} from around it: {_REMEDY}.", name)
    try:
        lines, first_line = inspect.getsourcelines(function)
        text = "".join(lines)
        _definition(text)
    except (OSError, TypeError, SyntaxError) as error:
        raise NotSendableError(
            f"{name} cannot be sent to a process, the source of its def is not known: {_REMEDY}.", name
        ) from error
    try:
        defaults = Pickled((function.__defaults__, function.__kwdefaults__))
    except Exception as error:
        raise NotSendableError(
            f"{name} cannot be sent to a process, a default of {bound_as} cannot: {error}", name
        ) from error
    return Text(bound_as, text, code.co_filename, max(first_line, 1), defaults)


def _packed_global(used: str, value: Any, name: str) -> Pickled:
    try:
        return Pickled(value)
    except Exception as error:
        raise NotSendableError(
            f"{name} cannot be sent to a process, it uses {used!r}, which cannot: {type(error).__name__}: {error}. "
            f"Make it an input, or {_REMEDY}.",
            name,
        ) from error


def _globals_of(code: CodeType) -> Iterator[str]:
    """The names that the code looks up outside of itself."""
    for instruction in dis.get_instructions(code):
        if instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            yield instruction.argval
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _globals_of(constant)


def _definition(text: str) -> ast.FunctionDef | ast.AsyncFunctionDef:
    """The ``def`` in the source of a function; it stands one line further down than in ``text``."""
    # Under a header any indentation is right, and texts over several lines stay as they are.
    indented = text[:1].isspace()
    tree = ast.parse(f"if True:\n{text}" if indented else f"\n{text}")
    statement: ast.stmt = tree.body[0]
    if isinstance(statement, ast.If):
        statement = statement.body[0]
    if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        raise SyntaxError("not a definition")
    return statement


def _blank_defaults(arguments: ast.arguments) -> None:
    arguments.defaults = [ast.copy_location(ast.Constant(None), old) for old in arguments.defaults]
    arguments.kw_defaults = [old and ast.copy_location(ast.Constant(None), old) for old in arguments.kw_defaults]


def _show_lines(filename: str, first_line: int, text: str) -> None:
    """Let tracebacks find ``text`` in its place of a file that may not be there."""
    known = linecache.cache.get(filename)
    lines = list(known[2]) if known is not None and len(known) == 4 else []
    added = text.splitlines(keepends=True)
    lines += ["\n"] * (first_line - 1 + len(added) - len(lines))
    lines[first_line - 1 : first_line - 1 + len(added)] = added
    linecache.cache[filename] = (sum(map(len, lines)), None, lines, filename)
