"""The plain peer: Flask-SocketIO on gevent as its tutorial has it, nothing stored. `python plain.py PORT FILE`"""

from gevent import monkey

monkey.patch_all()

import json  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402

from flask import Flask  # noqa: E402
from flask_socketio import SocketIO, emit, join_room  # noqa: E402
from gevent.pywsgi import WSGIServer  # noqa: E402

port, file = sys.argv[1:]
_, state = json.loads(Path(file).read_text()[2:])  # the payload of an event: 42["state",{…}]
state["revision"] = 1
app = Flask(__name__)
socketio = SocketIO(app, async_mode="gevent")


@app.post("/next")
def change() -> dict[str, object]:
    state["revision"] += 1
    socketio.emit("state", state, to="phones")
    return {"ok": True, "state": {"revision": state["revision"]}}


@socketio.on("connect")
def welcome(auth: object) -> None:
    join_room("phones")
    emit("state", state)
    emit("seat", {"seat": "own", "voted": [], "round": "R1", "moved": False})


@socketio.on("vote")
def acknowledge(vote: object) -> dict[str, bool]:
    return {"ok": True}


server = WSGIServer(("127.0.0.1", int(port)), app, log=None, backlog=4096)
server.init_socket()
print("ready", flush=True)
server.serve_forever()
