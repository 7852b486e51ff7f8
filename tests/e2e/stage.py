"""A stage for looking at the pages: every page in a state of tests/e2e/snapshots/, nothing behind it.

`python -m tests.e2e.stage 5055`, then `/vote` with the place `{"token": "voting.phone"}`, `/screen/x#review.screen`, …
A token is the name of a snapshot. Votes are acknowledged and forgotten.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from flask import Flask, jsonify, render_template, request
from flask_socketio import SocketIO

from consensus.i18n import init_languages
from consensus.web.pages import init_pages

ROOT = Path(__file__).parents[2]
SNAPSHOTS = Path(__file__).parent / "snapshots"


def read(name: str) -> dict[str, Any] | None:
    path = SNAPSHOTS / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def make_stage() -> tuple[Flask, SocketIO]:
    """The pages over written snapshots. `/now/<name>` moves every page that is open to another moment."""
    app = Flask("stage", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.config.update(SECRET_KEY="stage", PUBLIC_URL="http://192.168.1.5:5000/")
    init_languages(app)
    init_pages(app)
    socketio = SocketIO(app, async_mode="threading")
    revision = [1000]

    @socketio.on("connect")
    def connect(auth: dict[str, str] | None) -> bool | None:
        snapshot = read((auth or {}).get("token", ""))
        if snapshot is None:
            return False
        socketio.emit("state", snapshot, to=request.sid)  # type: ignore[attr-defined]
        return None

    @socketio.on("vote")
    def vote(message: dict[str, Any]) -> dict[str, Any]:
        if app.config.get("REFUSE"):
            return {"ok": False, "error": app.config["REFUSE"], "message": "…"}
        return {"ok": True}

    @app.post("/api/join")
    def join() -> Any:
        body = request.get_json()
        if body.get("code") == "482913" or body.get("seat", "").startswith("good"):
            return jsonify(token="voting.phone", conference="k3f9x2")
        return jsonify(ok=False, error="unknown-seat", message="…"), 401

    @app.get("/stage/lead/<name>")
    def lead(name: str) -> str:
        return render_template("facilitator/lead.html", **stage_lead(name))

    @app.get("/now/<name>")
    def now(name: str) -> dict[str, bool]:
        revision[0] += 1
        for audience in ("phone", "screen", "facilitator"):
            snapshot = read(f"{name}.{audience}")
            if snapshot and audience == request.args.get("audience", "phone"):
                socketio.emit("state", snapshot | {"revision": revision[0]})
        return {"ok": True}

    return app, socketio


def stage_lead(name: str) -> dict[str, Any]:
    from consensus.web import words

    return {
        "title": "Konsensuskonferens om samordnat stöd till unga",
        "conference": "k3f9x2",
        "token": f"{name}.facilitator",
        "screen_url": f"/screen/k3f9x2#{name}.screen",
        "cards_url": "/facilitate/k3f9x2/cards",
        "downloads": [{"name": name, "url": "#"} for name in ("Word", "Excel", "PDF", "CSV", "JSON", "Arkiv (zip)")],
        "words": words.facilitator(),
    }


if __name__ == "__main__":
    app, socketio = make_stage()
    socketio.run(app, port=int(sys.argv[1]), allow_unsafe_werkzeug=True)
