"""What a scenario's file says of its options: the comments behind them."""

import ast
import io
import tokenize


def option_comments(source: bytes) -> dict[str, str]:
    """The comment at the end of each field's line of the class Options, by the name of the field; "" for none."""
    tokens = tokenize.tokenize(io.BytesIO(source).readline)
    comments = {token.end[0]: token.string.lstrip("# ") for token in tokens if token.type == tokenize.COMMENT}
    found = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef) and node.name == "Options":
            fields = (field for field in node.body if isinstance(field, ast.AnnAssign))
            found = {ast.unparse(field.target): comments.get(field.end_lineno or 0, "") for field in fields}
    return found
