// The bare peer: npm's socket.io with the same behaviour as Consensus, nothing stored. node bare.mjs PORT FILE MODULES
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";

const [port, file, modules] = process.argv.slice(2);
const { Server } = createRequire(`${modules}/`)("socket.io");
const [, state] = JSON.parse(readFileSync(file, "utf8").slice(2)); // the payload of an event: 42["state",{…}]
state.revision = 1;

const http = createServer((request, response) => {
  request.resume();
  state.revision += 1;
  io.emit("state", state);
  response.end(JSON.stringify({ ok: true, state: { revision: state.revision } }));
});
const io = new Server(http, { serveClient: false, transports: ["websocket"] });

io.on("connection", (phone) => {
  phone.emit("state", state);
  phone.emit("seat", { seat: "own", voted: [], round: "R1", moved: false });
  phone.on("vote", (vote, acknowledge) => acknowledge({ ok: true }));
});

http.listen({ port, host: "127.0.0.1", backlog: 4096 }, () => console.log("ready"));
