"""Puts a changed module's code into a process: into the functions that are there already, or before anything is loaded."""

import functools
import gc
import sys
from collections.abc import Iterator, Sequence
from importlib.abc import InspectLoader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from types import CodeType, FunctionType, ModuleType
from typing import Any

Key = tuple[str, int]
_REMEMBERING = type(functools.lru_cache(len))


def key_of(code: CodeType) -> Key:
    """What tells a module's functions apart: the qualified name and the first line."""
    return code.co_qualname, code.co_firstlineno


def functions_in(code: CodeType) -> Iterator[CodeType]:
    """Every function's code within a module's code."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from functions_in(constant)


class Ground:
    """The functions and memories of a warm process, looked up once before it is forked."""

    def __init__(self) -> None:
        everything = gc.get_objects()
        self.functions = [one for one in everything if isinstance(one, FunctionType)]
        self.memories = [one for one in everything if isinstance(one, _REMEMBERING)]

    def forget(self) -> None:
        """Empty every memory of earlier answers."""
        for memory in self.memories:
            memory.cache_clear()


def plant(ground: Ground, changed: CodeType, function: str) -> bool:
    """Give the live functions around the change their new code; False when that cannot be done in a warm process."""
    new: dict[Key, list[CodeType]] = {}
    for code in functions_in(changed):
        new.setdefault(key_of(code), []).append(code)
    live = [f for f in ground.functions if f.__code__.co_filename == changed.co_filename]
    around = [f for f in live if f.__code__.co_qualname == function]
    if not around or any(len(new.get(key_of(f.__code__), ())) != 1 for f in around):
        return False
    try:
        for f in around:
            f.__code__ = new[key_of(f.__code__)][0]
    except ValueError:  # it closes over other names than before
        return False
    ground.forget()
    return True


class Replaced(MetaPathFinder, InspectLoader):
    """Imports one module with changed code; it must not have been imported before."""

    def __init__(self, module: str, code: CodeType) -> None:
        self.module, self.code = module, code
        sys.meta_path.insert(0, self)

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        return spec_from_file_location(name, self.code.co_filename, loader=self) if name == self.module else None  # type: ignore[arg-type]

    def get_code(self, fullname: str) -> CodeType:
        return self.code

    def get_source(self, fullname: str) -> Any:
        return None

    def is_package(self, fullname: str) -> bool:
        return False
