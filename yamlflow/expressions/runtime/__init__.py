"""What computes expressions: Go's values and operators, and the functions of expr-lang, Argo and sprig."""
