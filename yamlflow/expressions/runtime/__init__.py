"""What computes expressions: Go's values and operators, and the functions of expr-lang, Argo and sprig.

The measure is expr-lang v1.17.8 with sprig v3.3. Known to differ: the keys of a map are in the order of writing, which
Go leaves to chance; the last digit of a power with a fractional exponent; `findLast` as an operand, where expr-lang
mixes up its stack; the machine's time zone counts as UTC; sprig's functions that make keys or certificates are absent.
"""
