"""What scripts, styles and templates use of a browser, by the names that MDN's data has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import tree_sitter_css
import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

SCRIPT = Parser(Language(tree_sitter_javascript.language()))
STYLE = Parser(Language(tree_sitter_css.language()))

#: node of the grammar -> what it is called here
SYNTAX = {
    "??": "??",
    "??=": "??=",
    "||=": "||=",
    "&&=": "&&=",
    "optional_chain": "?.",
    "field_definition": "class fields",
    "private_property_identifier": "#private",
    "class_static_block": "static blocks",
    "namespace_export": "export * as",
    "import_attribute": "import attributes",
    "using_declaration": "using",
    "decorator": "decorators",
    "meta_property": "import.meta",
}
#: kinds of syntax that every browser with modules knows, which is ECMAScript 2018 and a catch without a name
OLD_SYNTAX = frozenset(
    """
    arguments array array_pattern arrow_function assignment_expression assignment_pattern async
    augmented_assignment_expression await_expression binary_expression break_statement call_expression catch_clause
    class class_body class_declaration class_heritage comment computed_property_name continue_statement
    debugger_statement do_statement else_clause empty_statement escape_sequence export_clause export_specifier
    export_statement expression_statement false finally_clause for_in_statement for_statement formal_parameters
    function_declaration function_expression generator_function generator_function_declaration identifier
    if_statement import import_clause import_specifier import_statement labeled_statement lexical_declaration
    member_expression method_definition named_imports namespace_import new_expression null number object
    object_assignment_pattern object_pattern pair pair_pattern parenthesized_expression program property_identifier
    regex regex_flags regex_pattern rest_pattern return_statement sequence_expression shorthand_property_identifier
    shorthand_property_identifier_pattern spread_element statement_block statement_identifier string string_fragment
    subscript_expression super switch_body switch_case switch_default switch_statement template_string
    template_substitution ternary_expression this throw_statement true try_statement unary_expression undefined
    update_expression variable_declaration variable_declarator while_statement yield_expression
    """.split()  # noqa: SIM905
)
REGULAR = (("(?<=", "lookbehind"), ("(?<!", "lookbehind"), ("(?<", "named groups"), (r"\p{", "unicode properties"))


def uses(file: Path) -> Iterator[str]:
    """Everything that a file asks of a browser, as "kind name"."""
    read = {".js": _script, ".css": _style, ".html": _template}[file.suffix]
    yield from read(file)


@cache
def imported_by(file: Path) -> tuple[Path, ...]:
    """What a script imports, at once or later."""
    found = re.findall(r"""(?:from|import)\s*\(?\s*"(\.{1,2}/[^"]+)\"""", file.read_text("utf-8"))
    return tuple((file.parent / name).resolve() for name in found)


def imported(scripts: Iterable[Path]) -> Iterator[Path]:
    """Scripts with everything that they import."""
    seen: set[Path] = set()
    waiting = list(scripts)
    while waiting:
        file = waiting.pop()
        if file not in seen:
            seen.add(file)
            yield file
            waiting.extend(imported_by(file))


def _nodes(parser: Parser, file: Path) -> Iterator[Node]:
    root = parser.parse(file.read_bytes()).root_node
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(node.children)


def _text(node: Node) -> str:
    return (node.text or b"").decode()


def _script(file: Path) -> Iterator[str]:
    """Syntax, globals and members. Names of a library's own are not told from a browser's: of it the syntax alone."""
    ours = "vendor" not in file.parts
    for node in _nodes(SCRIPT, file):
        if node.type in SYNTAX:
            yield f"syntax {SYNTAX[node.type]}"
        elif node.is_named and node.type not in OLD_SYNTAX and node.type != "html_comment":
            yield f"syntax unknown: {node.type} {_text(node)[:60]}"
        yield from _odd_syntax(node)
        if ours:
            yield from _names(node)


def _odd_syntax(node: Node) -> Iterator[str]:
    text = _text(node)
    if node.type == "regex_pattern":
        yield from (f"syntax {name}" for sign, name in REGULAR if sign in text)
    elif node.type == "regex_flags":
        yield from (f"syntax regex flag {flag}" for flag in text if flag not in "gimuy")
    elif node.type == "number" and ("_" in text or text.endswith("n")):
        yield "syntax numeric separators" if "_" in text else "syntax BigInt"
    elif node.type == "await_expression" and not _in_function(node):
        yield "syntax top-level await"


def _in_function(node: Node) -> bool:
    above = node.parent
    while above is not None:
        if "function" in above.type or above.type == "method_definition":
            return True
        above = above.parent
    return False


def _names(node: Node) -> Iterator[str]:
    text, above = _text(node), node.parent
    if node.type == "identifier":
        yield f"global {text}"
    elif node.type == "property_identifier" and re.fullmatch(r"[A-Z]\w*\.\w+", _text(above) if above else ""):
        return  # told of with its owner
    elif node.type == "property_identifier" and above is not None and above.type == "member_expression":
        called = above.parent is not None and above.parent.type == "call_expression" and above == above.parent.child(0)
        yield f"method {text}" if called else f"property {text}"
    elif node.type == "member_expression" and re.fullmatch(r"[A-Z]\w*\.\w+", text):
        yield f"static {text}"
    elif node.type == "call_expression" and text.partition("(")[0].endswith("addEventListener"):
        event = re.match(r'[^(]*\("(\w+)"', text)
        yield f"event {event[1] if event else text}"


def _style(file: Path) -> Iterator[str]:
    for node in _nodes(STYLE, file):
        text = _text(node)
        if node.type == "property_name" and not text.startswith("--"):
            yield f"css {text}"
        elif (
            node.type in ("class_name", "tag_name")
            and node.parent is not None
            and node.parent.type.startswith("pseudo_")
        ):
            yield f"selector {text}"
        elif node.type in ("at_keyword", "@media", "@supports", "@keyframes", "@import"):
            yield f"at-rule {text.removeprefix('@')}"
        elif node.type == "feature_name":
            yield f"media {text}"
        elif node.type == "function_name":
            yield f"function {text}()"
        elif node.type == "unit":
            yield f"unit {text}"
        elif node.type == "nesting_selector" or (node.type == "rule_set" and _nested(node)):
            yield "syntax css nesting"


def _nested(node: Node) -> bool:
    above = node.parent
    return above is not None and above.parent is not None and above.parent.type == "rule_set"


def _template(file: Path) -> Iterator[str]:
    text = file.read_text("utf-8")
    yield from (f"element {name}" for name in re.findall(r"<([a-z][a-z0-9]*)[\s>]", text))
    yield from (
        f"attribute {name}" for name in re.findall(r"\s([a-z]+)(?=[=>\s])", " ".join(re.findall(r"<[a-z][^>]*>", text)))
    )
