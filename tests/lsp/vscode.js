// What the extension asks of VS Code, played: the parts that it uses, and a client that speaks to the server.
// node vscode.js EXTENSION COMMAND FILE prints what a user sees: messages, and the page of the diagram.
"use strict";

const { spawn } = require("node:child_process");
const { readFileSync } = require("node:fs");
const Module = require("node:module");

const [extension, command, file] = process.argv.slice(2);
const uri = { toString: () => `file://${file}`, path: file };
const shown = { messages: [], pages: [], started: false };
const commands = {};

class LanguageClient {
  constructor(id, name, { command, args }) {
    this.server = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
    this.waiting = new Map();
    let buffer = Buffer.alloc(0);
    this.server.stdout.on("data", (data) => {
      buffer = Buffer.concat([buffer, data]);
      for (let end; (end = buffer.indexOf("\r\n\r\n")) >= 0; ) {
        const length = Number(/Content-Length: (\d+)/.exec(buffer.subarray(0, end))[1]);
        if (buffer.length < end + 4 + length) return;
        const message = JSON.parse(buffer.subarray(end + 4, end + 4 + length));
        buffer = buffer.subarray(end + 4 + length);
        this.waiting.get(message.id)?.(message.result);
      }
    });
  }
  send(message) {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message });
    this.server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }
  sendRequest(method, params) {
    const id = this.waiting.size + 1;
    this.send({ id, method, params });
    return new Promise((resolve) => this.waiting.set(id, resolve));
  }
  async start() {
    await this.sendRequest("initialize", { processId: null, rootUri: null, capabilities: {} });
    const text = readFileSync(file, "utf-8");
    const textDocument = { uri: uri.toString(), languageId: "arch", version: 1, text };
    this.send({ method: "textDocument/didOpen", params: { textDocument } });
    shown.started = true;
  }
  async stop() {
    await this.sendRequest("shutdown");
    this.send({ method: "exit" });
  }
}

const vscode = {
  ViewColumn: { Beside: 2 },
  workspace: {
    getConfiguration: () => ({ get: () => command }),
    onDidChangeTextDocument: () => ({ dispose() {} }),
  },
  commands: { registerCommand: (name, run) => (commands[name] = run) },
  window: {
    activeTextEditor: { document: { languageId: "arch", uri } },
    showErrorMessage: (text) => shown.messages.push(text),
    createWebviewPanel: () => ({
      webview: { set html(text) { shown.pages.push(text); } },
      onDidDispose() {},
      reveal() {},
    }),
  },
};

const load = Module._load;
const played = { vscode, "vscode-languageclient/node": { LanguageClient } };
Module._load = (name, ...rest) => played[name] ?? load(name, ...rest);

(async () => {
  const { activate, deactivate } = require(extension);
  await activate({ subscriptions: [] });
  await commands["layercalc.diagram"]();
  await deactivate();
  console.log(JSON.stringify(shown));
})();
