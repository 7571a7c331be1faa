"""Single changes of a module's code: what could be mistyped in it, one at a time.

What stays as it is: annotations, decorators, assertions, docstrings, and texts for people (a string with a space in it),
which other tests pin word for word.
"""

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_COMPUTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.BitXor: ast.BitAnd,
}
_CALLED = {"min": "max", "max": "min", "any": "all", "all": "any"}
_LONGEST = 60


@dataclass(frozen=True)
class Change:
    """One change: where it is put in, what it says, and whether it lies within a function's body."""

    parent: ast.AST
    field: str
    position: int | None
    new: ast.AST
    name: str
    function: str
    """The qualified name of the outermost function around it; empty for a module's or class's own lines."""


class Changes:
    """A module's source, and every single change of it."""

    def __init__(self, source: str, filename: str) -> None:
        self.tree = ast.parse(source, filename)
        self.filename = filename
        self.all = list(_named(_Walk(self.tree).changes()))
        self.texts = sum(isinstance(n, ast.Constant) and is_text(n.value) for n in ast.walk(self.tree))

    def compiled(self, change: Change) -> Any:
        """The module's code with this one change."""
        old = getattr(change.parent, change.field)
        if change.position is None:
            setattr(change.parent, change.field, change.new)
        else:
            setattr(change.parent, change.field, [*old[: change.position], change.new, *old[change.position + 1 :]])
        try:
            return builtins.compile(ast.fix_missing_locations(self.tree), self.filename, "exec")
        finally:
            setattr(change.parent, change.field, old)


def is_text(value: Any) -> bool:
    """Whether a constant is words for people."""
    return isinstance(value, str) and " " in value.strip()


def _named(changes: Iterator[Change]) -> Iterator[Change]:
    """The same names twice in a function are told apart by number."""
    seen: dict[str, int] = {}
    for change in changes:
        seen[change.name] = seen.get(change.name, 0) + 1
        number = f" #{seen[change.name]}" if seen[change.name] > 1 else ""
        yield Change(**{**vars(change), "name": change.name + number})


class _Walk:
    """Goes through the tree, knowing where it is."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.place: list[str] = []
        self.function = ""

    def changes(self) -> Iterator[Change]:
        yield from self._within(self.tree)

    def _within(self, parent: ast.AST) -> Iterator[Change]:
        for field, value in ast.iter_fields(parent):
            if _is_left_out(parent, field):
                continue
            for position, node in enumerate(value) if isinstance(value, list) else ((None, value),):
                if isinstance(node, ast.AST):
                    yield from self._at(parent, field, position, node)

    def _at(self, parent: ast.AST, field: str, position: int | None, node: ast.AST) -> Iterator[Change]:
        where = ".".join(self.place) or "module"
        if not (isinstance(parent, ast.Module | ast.ClassDef | ast.FunctionDef) and _is_docstring(node, position)):
            for new in _changed(node):
                name = f"{where}: {_said(node)} → {_becoming(node, new)}"
                yield Change(parent, field, position, ast.copy_location(new, node), name, self.function)
            yield from self._deeper(node)

    def _deeper(self, node: ast.AST) -> Iterator[Change]:
        if isinstance(node, ast.Assert) or _is_type(node):
            return
        if not isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda):
            yield from self._within(node)
            return
        if not isinstance(node, ast.ClassDef):
            yield from self._within(node.args)  # defaults belong to what is around
        self.place.append(getattr(node, "name", "<lambda>"))
        outside, is_function = self.function, not isinstance(node, ast.ClassDef)
        if is_function and not self.function:
            self.function = ".".join(self.place)
        yield from self._within(node)
        self.place.pop()
        self.function = outside


def _is_left_out(parent: ast.AST, field: str) -> bool:
    if field in (
        "annotation",
        "returns",
        "decorator_list",
        "type_comment",
        "keywords" * isinstance(parent, ast.ClassDef),
    ):
        return True
    return field == "args" and isinstance(parent, ast.FunctionDef | ast.Lambda)


def _is_docstring(node: ast.AST, position: int | None) -> bool:
    is_text_alone = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return is_text_alone and position is not None


def _is_type(node: ast.AST) -> bool:
    """``Literal[…]``, ``TypedDict(…)`` and ``__all__``: read by tools, not run."""
    if isinstance(node, ast.Subscript):
        return getattr(node.value, "id", "") in ("Literal", "dict", "tuple", "list", "Mapping", "Callable")
    if isinstance(node, ast.Assign):
        return getattr(node.targets[0], "id", "") == "__all__"
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("TypedDict", "field")


def _changed(node: ast.AST) -> Iterator[ast.AST]:
    """Every single change of this node itself."""
    match node:
        case ast.Compare(left, ops, comparators):
            for n, op in enumerate(ops):
                for other in _COMPARED[type(op)]:
                    yield ast.Compare(left, [*ops[:n], other(), *ops[n + 1 :]], comparators)
        case ast.BoolOp(op, values):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
        case ast.UnaryOp(ast.Not() | ast.USub(), operand):
            yield operand
        case ast.BinOp(left, op, right) if type(op) in _COMPUTED:
            yield ast.BinOp(left, _COMPUTED[type(op)](), right)
        case ast.AugAssign(target, op, value) if type(op) in _COMPUTED:
            yield ast.AugAssign(target, _COMPUTED[type(op)](), value)
        case ast.Constant(value):
            yield from (ast.Constant(other) for other in _other_values(value))
        case ast.Call():
            yield from _other_calls(node)
        case _:
            yield from _other_statements(node)


def _other_values(value: Any) -> Iterator[Any]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield value + 1
    elif isinstance(value, str) and not is_text(value):
        yield f"XX{value}"


def _other_calls(node: ast.Call) -> Iterator[ast.AST]:
    if isinstance(node.func, ast.Name) and node.func.id in _CALLED:
        yield ast.Call(ast.Name(_CALLED[node.func.id], ast.Load()), node.args, node.keywords)
    for n, keyword in enumerate(node.keywords):
        if keyword.arg:
            yield ast.Call(node.func, node.args, [*node.keywords[:n], *node.keywords[n + 1 :]])


def _other_statements(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.If(test, body, orelse) if _needs_negating(test):
            yield ast.If(_negated(test), body, orelse)
        case ast.IfExp(test, body, orelse) if _needs_negating(test):
            yield ast.IfExp(_negated(test), body, orelse)
        case ast.comprehension(target, iterated, ifs, is_async):
            for n, test in enumerate(ifs):
                yield ast.comprehension(target, iterated, [*ifs[:n], *ifs[n + 1 :]], is_async)
                if _needs_negating(test):
                    yield ast.comprehension(target, iterated, [*ifs[:n], _negated(test), *ifs[n + 1 :]], is_async)
        case ast.Return(value) if value is not None and not _is_none(value):
            yield ast.Return(ast.Constant(None))
        case ast.Yield(value) if value is not None and not _is_none(value):
            yield ast.Yield(ast.Constant(None))
        case ast.YieldFrom():
            yield ast.YieldFrom(ast.Tuple([], ast.Load()))
        case ast.Expr(ast.Call()) | ast.Raise():
            yield ast.Pass()
        case ast.Continue():
            yield ast.Break()
        case ast.Break():
            yield ast.Continue()


def _needs_negating(test: ast.AST) -> bool:
    """Comparisons and ``not`` are changed by themselves."""
    is_single = isinstance(test, ast.Compare) and len(test.ops) == 1
    return not is_single and not (isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not))


def _negated(test: ast.expr) -> ast.UnaryOp:
    return ast.UnaryOp(ast.Not(), test)


def _is_none(value: ast.AST) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _becoming(old: ast.AST, new: ast.AST) -> str:
    if isinstance(old, ast.Call) and isinstance(new, ast.Call) and len(new.keywords) < len(old.keywords):
        return f"without {next(str(k.arg) for k in old.keywords if k not in new.keywords)}"
    return _said(new)


def _said(node: ast.AST) -> str:
    """The node's source on one line, cut short in the middle of a long one."""
    if isinstance(node, ast.If):
        node = node.test
    if isinstance(node, ast.comprehension):
        text = " ".join(f"if {ast.unparse(part)}" for part in node.ifs) or "no if"
    else:
        text = " ".join(ast.unparse(ast.fix_missing_locations(node)).split())
    half = _LONGEST // 2
    return text if len(text) <= _LONGEST else f"{text[:half]}…{text[-half:]}"
