// Starts `layercalc lsp` for .arch files, and shows the block diagram of the file beside it.
"use strict";

const { spawn } = require("node:child_process");
const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

const PAUSE = 300; // milliseconds without a key before a diagram is drawn anew
const panels = new Map(); // the panel of each document, by the document's address
let client;

async function activate(context) {
  const command = vscode.workspace.getConfiguration("layercalc").get("command") || "layercalc";
  context.subscriptions.push(
    vscode.commands.registerCommand("layercalc.diagram", openDiagram),
    vscode.workspace.onDidChangeTextDocument(({ document }) => drawSoon(document.uri.toString())),
  );
  const why = await whatIsMissing(command);
  if (why) {
    vscode.window.showErrorMessage(why);
    return;
  }
  client = new LanguageClient(
    "layercalc",
    "layercalc",
    { command, args: ["lsp"] },
    { documentSelector: [{ language: "arch" }] },
  );
  await client.start();
}

async function deactivate() {
  if (client) await client.stop();
}

/** Start the server with nothing to read, and say what to install where it does not end well. */
function whatIsMissing(command) {
  return new Promise((resolve) => {
    let told = "";
    const server = spawn(command, ["lsp"], { stdio: ["pipe", "ignore", "pipe"] });
    server.stdin.on("error", () => {}); // a server that is gone takes no end of input
    server.stdin.end();
    server.stderr.on("data", (text) => (told += text));
    server.on("error", () =>
      resolve(
        `layercalc: there is no program '${command}'. In a checkout of layercalc: pip install '.[lsp]'. ` +
          "If it is in a virtual environment, set layercalc.command to its path.",
      ),
    );
    server.on("close", (status) => resolve(status === 0 ? "" : `layercalc: ${told.trim()}`));
  });
}

async function openDiagram() {
  const document = vscode.window.activeTextEditor?.document;
  if (document?.languageId !== "arch") {
    vscode.window.showInformationMessage("layercalc: open an .arch file first.");
    return;
  }
  const uri = document.uri.toString();
  const open = panels.get(uri);
  if (open) {
    open.panel.reveal();
    return;
  }
  const title = `Diagram of ${document.uri.path.split("/").pop()}`;
  const beside = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
  const panel = vscode.window.createWebviewPanel("layercalc.diagram", title, beside, {});
  panels.set(uri, { panel });
  panel.onDidDispose(() => panels.delete(uri));
  await draw(uri);
}

function drawSoon(uri) {
  const open = panels.get(uri);
  if (!open) return;
  clearTimeout(open.timer);
  open.timer = setTimeout(() => draw(uri), PAUSE);
}

async function draw(uri) {
  const answer = await asked(uri);
  const open = panels.get(uri);
  if (open) open.panel.webview.html = page(answer);
}

async function asked(uri) {
  if (!client) return { why: "The language server does not run: see the message about what to install." };
  try {
    return await client.sendRequest("layercalc/diagram", { textDocument: { uri } });
  } catch (error) {
    return { why: error.message };
  }
}

/** Nothing is loaded and no script runs: the page is the picture, or the reason why there is none. */
function page({ svg, why = "" }) {
  const text = why.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  return `<!doctype html>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>svg { max-width: 100%; height: auto } pre { white-space: pre-wrap }</style>
${svg ?? `<pre>${text}</pre>`}`;
}

module.exports = { activate, deactivate };
