"""Expressions: `${{ }}` found, parsed, typed and printed as Argo text. What computes them is in `evaluate`."""

from yamlflow.expressions.ast import Expr, Problem, children
from yamlflow.expressions.errors import EvaluationError, UnknownNameError
from yamlflow.expressions.infer import infer
from yamlflow.expressions.parser import parse
from yamlflow.expressions.printer import print_expr
from yamlflow.expressions.template import Literal, Tag, split, whole
from yamlflow.expressions.tree import Step, path, references, rewrite, walk

__all__ = [
    "EvaluationError",
    "Expr",
    "Literal",
    "Problem",
    "Step",
    "Tag",
    "UnknownNameError",
    "children",
    "infer",
    "parse",
    "path",
    "print_expr",
    "references",
    "rewrite",
    "split",
    "walk",
    "whole",
]
