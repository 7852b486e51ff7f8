"""No page and no script has a text of its own: everything that people read goes through the translators."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))
#: what people read or hear of a tag
READ = {"title", "aria-label", "aria-description", "aria-roledescription", "aria-valuetext", "placeholder", "alt"}
#: names and units that are the same in every language
NAMES = {"Consensus", "s"}
TRANSLATED = {"_", "gettext", "ngettext", "pgettext", "npgettext"}
LETTERS = re.compile(r"[^\W\d_]")
#: a word or more as people write them: a capital and small letters, or words with a space between
TEXT = re.compile(r"^\W*[A-ZÅÄÖ][a-zåäö’']+\b|[a-zåäö]{2,}[,.:;!?…]?\s+[a-zåäö]{2,}", re.UNICODE)


class _Reader(HTMLParser):
    """Collects what a template shows that is written out in it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self._note(data)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        button = tag == "input" and ("type", "submit") in attributes
        for name, value in attributes:
            if name in READ or (button and name == "value"):
                self._note(value or "")

    def _note(self, text: str) -> None:
        if LETTERS.search(text) and text.strip() not in NAMES:
            self.found.append(" ".join(text.split()))


def literals(template: str) -> list[str]:
    """What a template says in its own words, as text, as an attribute, or in an expression."""
    reader = _Reader()
    marked = re.sub(r"\{#.*?#\}|\{% block page %\}\w*\{% endblock %\}", "", template, flags=re.DOTALL)
    reader.feed(re.sub(r"\{%.*?%\}|\{\{.*?\}\}", " ", marked, flags=re.DOTALL))
    reader.close()
    tree = Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(template)
    return reader.found + [text for text in _constants(tree) if TEXT.search(text)]


def _constants(node: nodes.Node) -> Iterator[str]:
    """The strings in a template's expressions that are shown as they are."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in TRANSLATED:
        return
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node.value
    for child in node.iter_child_nodes():
        yield from _constants(child)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_template_has_no_text_of_its_own(page: Path) -> None:
    assert literals(page.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("<p>Hello</p>", ["Hello"]),
        ("<p>{{ _('Hello') }} there</p>", ["there"]),
        ('<button title="Close">{{ _("Close") }}</button>', ["Close"]),
        ('<img alt="A picture of {{ name }}">', ["A picture of"]),
        ('<input type="submit" value="Send">', ["Send"]),
        ('<input placeholder="your name">', ["your name"]),
        ("<p>{{ 'All is well' if well else _('Problem') }}</p>", ["All is well"]),
        ('<p title="{{ name }}" class="lead small">{{ _("%(n)s items", n=n) }} – <strong>Consensus</strong></p>', []),
    ],
)
def test_a_text_in_a_template_is_found(template: str, found: list[str]) -> None:
    assert literals(template) == found


# Scripts: strings that look like what people read, and any that is put where people read

_QUOTED = r"""(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)"""
_STRING = re.compile(_QUOTED)
_COMMENT = re.compile(r"^\s*(?://|/?\*).*$|\s//\s.*$", re.MULTILINE)
#: classes, and other elements by their ids
_NAMED = re.compile(
    rf"""\b(?:class|id|href)\s*:\s*{_QUOTED}|"aria-(?:labelledby|describedby|controls)"\s*:\s*{_QUOTED}"""
)
_PUT = re.compile(
    rf"""(?:\b(?:title|placeholder|alt)|["']aria-(?:label|description|valuetext|roledescription)["'])\s*:\s*({_QUOTED})"""
    rf"""|\.(?:textContent|innerText|title|alt|placeholder)\s*=\s*({_QUOTED})"""
)
#: a child of an element: `h("p", null, "text")`, `h("p", { … }, t("x"), "text")`
_CHILD = re.compile(rf"""\bh\(\s*"[\w-]+",\s*(?:null|\{{[^{{}}]*\}})(?:,\s*\w+\([^()]*\))*,\s*({_QUOTED})""")


def spoken(script: str) -> list[str]:
    """The strings of a script that people would read."""
    code = _NAMED.sub("", _COMMENT.sub("", script))
    found = [text for text in _STRING.findall(code) if TEXT.search(_bare(text)) and not _is_code(_bare(text))]
    put = [one or other for one, other in _PUT.findall(code)] + _CHILD.findall(code)
    found += [text for text in put if text not in found and LETTERS.search(_bare(text)) and _bare(text) not in CODE]
    return [_bare(text) for text in found]


def _bare(text: str) -> str:
    """A string without its marks and without what is filled in."""
    text = re.sub(r"\$\{(?:[^{}]|\{[^{}]*\})*\}", "", text[1:-1])
    return re.sub(r"\$\{.*|\\u[0-9a-f]{4}", "", text, flags=re.DOTALL)


#: what programs read: headers, keys, reasons of the library
CODE = {"Bearer ", "Content-Type", "io client disconnect", "io server disconnect", "/shared"}
CODE |= {"Page Down", "Page Up", "Escape", "Esc", "Tab", "Enter"}  # what stands on keys
CLASSES = {
    name
    for sheet in (ROOT / "static" / "css").glob("*.css")
    for name in re.findall(r"\.([a-z][\w-]*)", sheet.read_text("utf-8"))
}


#: elements of a page, as they are looked for
_ELEMENT = r"(?:(?:a|button|input|select|summary|textarea)(?::not\([^()]*\))?(?:\[\w+\])?|\[\w+(?:='\w+')?\])"
_SELECTOR = re.compile(rf"{_ELEMENT}(?:, {_ELEMENT})*")


def _is_code(text: str) -> bool:
    """Whether a string is a name for programs, or a list of classes; one ends in - where more is put to it."""
    classes = all(word in CLASSES or word.endswith("-") for word in text.split())
    return text in CODE or classes or bool(_SELECTOR.fullmatch(text))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_script_has_no_text_of_its_own(script: Path) -> None:
    assert spoken(script.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ('h("p", null, "Hello");', ["Hello"]),
        ('h("p", { class: "quiet small" }, t("wait"), "of");', ["of"]),
        ('place.textContent = "gone";', ["gone"]),
        ('h("button", { "aria-label": "close" }, icon());', ["close"]),
        ('h("img", { alt: "the square" });', ["the square"]),
        ("say(`Item ${number} is open`);", ["Item  is open"]),
        ('alert("it did not work");', ["it did not work"]),
        ('h("p", { class: "quiet small" }, t("wait")); // Say nothing here', []),
        ('fetch(url, { headers: { "Content-Type": type } });', []),
    ],
)
def test_a_text_in_a_script_is_found(script: str, found: list[str]) -> None:
    assert spoken(script) == found
