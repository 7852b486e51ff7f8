"""The texts: complete in every language, and each one used."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from babel.messages.mofile import read_mo
from flask import Flask
from flask_babel import force_locale

from consensus.errors import Refusal
from consensus.facilitation.undoing import _TAKE_BACK
from consensus.i18n import init_languages
from consensus.languages import LANGUAGES
from consensus.translations import catalogue
from consensus.web import words

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "static" / "js"
#: Names that scripts put together: the start of the name, and what is added is the server's or the ballot's.
BUILT = ("anonymity_", "base_", "measure_", "refused_", "state_", "item_", "do_", "did_", "tie_", "key_does_")
SHARED = [SCRIPTS / name for name in ("bars.js", "clock.js", "figures.js", "words.js", "live.js", "dom.js")]
TRIAL, JOIN, SHARE = (SCRIPTS / "phone" / f"{name}.js" for name in ("try", "join", "shared"))
VOTING = sorted({*(SCRIPTS / "phone").glob("*.js")} - {TRIAL, JOIN, SHARE})
PAGES: Mapping[str, tuple[Callable[[], words.Words], list[Path]]] = {
    "phone": (words.phone, [*SHARED, *VOTING]),
    "sharing": (words.sharing, [*SHARED, *VOTING, SHARE]),
    "joining": (words.joining, [JOIN]),
    "trial": (words.trial, [TRIAL]),
    "screen": (words.screen, [*SHARED, *sorted((SCRIPTS / "screen").glob("*.js"))]),
    "preparing": (words.preparing, [*SHARED, *sorted((SCRIPTS / "preparing").glob("*.js"))]),
    "facilitator": (words.facilitator, [*SHARED, *sorted((SCRIPTS / "facilitator").glob("*.js"))]),
}


@pytest.fixture
def app() -> Flask:
    app = Flask("words")
    init_languages(app)
    return app


def known(app: Flask, page: str, language: str = "en") -> words.Words:
    with app.test_request_context(), force_locale(language):
        return PAGES[page][0]()


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_nothing_is_untranslated(language: str) -> None:
    path = catalogue.catalogues()[language]
    found = catalogue.read(path)
    assert catalogue.untranslated(found) == []
    wanted = {message.id for message in catalogue.collect() if message.id}
    have = {message.id for message in found if message.id}
    assert wanted == have, "run: python -m consensus.translations"


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_the_compiled_catalogue_is_current(language: str) -> None:
    path = catalogue.catalogues()[language]
    committed = path.with_suffix(".mo").read_bytes()
    assert _texts(committed) == _texts(catalogue.compiled(catalogue.read(path))), (
        "run: python -m consensus.translations"
    )


def _texts(compiled: bytes) -> dict[Any, Any]:
    """Every text but the header, which names the Babel that compiled it."""
    return {(found.context, repr(found.id)): found.string for found in read_mo(io.BytesIO(compiled)) if found.id}


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_a_translation_fills_in_what_the_text_fills_in(language: str) -> None:
    for message in catalogue.read(catalogue.catalogues()[language]):
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
        given = message.string if isinstance(message.string, tuple | list) else (message.string,)
        for text in given:
            assert marks(text) in [marks(id) for id in ids], ids[0]


def test_a_language_is_begun_with_every_text_to_translate(tmp_path: Path) -> None:
    path = catalogue.begin("fi", tmp_path)
    made = catalogue.update(path)
    assert len(catalogue.untranslated(made)) == len([message for message in catalogue.collect() if message.id])
    assert made.num_plurals == 2
    before = path.read_bytes()
    assert catalogue.begin("fi", tmp_path).read_bytes() == before


def test_every_refusal_is_one_sentence_that_can_be_translated() -> None:
    """With its values beside it: a sentence put together from parts is in no catalogue."""
    found = []
    for path in sorted((ROOT / "consensus").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Refusal":
                told = call.args[1]
                if isinstance(told, ast.JoinedStr | ast.BinOp | ast.Name):
                    found.append(f"{path.relative_to(ROOT)}:{call.lineno}")
    assert found == []


def test_a_refusal_is_said_in_the_readers_language(app: Flask) -> None:
    refusal = Refusal("not-now", "Item %(item)s is open. Close it first.", item=7)
    assert str(refusal) == refusal.message == "Item 7 is open. Close it first."
    with app.test_request_context(), force_locale("sv"):
        assert refusal.said("sv") == "Indikator 7 är öppen. Stäng den först."
        assert refusal.as_json()["message"] == refusal.message


def marks(text: str) -> set[str]:
    return set(re.findall(r"\{\w+\}|%\(\w+\)[sd]", text))


@pytest.mark.parametrize("page", PAGES)
def test_every_word_that_a_script_asks_for_is_there(app: Flask, page: str) -> None:
    have = known(app, page)
    for script in PAGES[page][1]:
        for key in re.findall(r'\bt\(\s*"([\w -]+)"', script.read_text("utf-8")):
            assert key in have, f"{script.name}: {key}"


@pytest.mark.parametrize("page", PAGES)
def test_no_word_is_left_over(app: Flask, page: str) -> None:
    with app.test_request_context():
        everywhere = set(words.everywhere())
    scripts = "".join(path.read_text("utf-8") for path in PAGES[page][1])
    for key in set(known(app, page)) - everywhere:
        assert f'"{key}"' in scripts or key.startswith(BUILT) or built(key, scripts), key


def built(key: str, scripts: str) -> bool:
    """Whether a script makes the name from parts: `${form}_left`."""
    return any(f"}}_{end}`" in scripts for end in (key.rpartition("_")[2],))


def test_undo_says_of_every_step_what_it_takes_back_and_what_is_so_again(app: Flask) -> None:
    have = known(app, "facilitator")
    for action in _TAKE_BACK:
        assert f"did_{action}" in have
        assert f"did_{action}_undone" in have


@pytest.mark.parametrize("page", PAGES)
def test_every_language_has_the_same_words(app: Flask, page: str) -> None:
    english = known(app, page, "en")
    for language in LANGUAGES:
        found = known(app, page, language)
        assert found.keys() == english.keys()
        for key, text in found.items():
            assert isinstance(text, dict) == isinstance(english[key], dict)


def test_the_vendored_library_names_its_version_and_licence() -> None:
    folder = ROOT / "static" / "vendor" / "socket.io-client"
    version = re.search(r"Socket\.IO v(\S+)", (folder / "socket.io.esm.min.js").read_text("utf-8"))
    assert version
    assert version[1] in (folder / "README.md").read_text("utf-8")
    assert "MIT" in (folder / "LICENSE").read_text("utf-8")


@pytest.mark.parametrize(
    "path", sorted([*(ROOT / "static").rglob("*.css"), *SCRIPTS.rglob("*.js")]), ids=lambda p: p.name
)
def test_nothing_is_fetched_from_elsewhere(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"@import|url\(|https?://\w", text)
