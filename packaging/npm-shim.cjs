#!/usr/bin/env node
"use strict";
// Starts the native binary, which is in the package for this platform, as if it had been called itself.
const { spawn } = require("node:child_process");
const { constants } = require("node:os");
const { isatty } = require("node:tty");

const SIGNALS = ["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGUSR1", "SIGUSR2", "SIGCONT"];
// A terminal sends these to its whole foreground group, of which the binary is one.
const FROM_TERMINAL = ["SIGINT", "SIGQUIT"];

function resolve(name, file) {
  try {
    return require.resolve(`${name}/${file}`);
  } catch {
    return undefined;
  }
}

function isMusl() {
  return process.report.getReport().header.glibcVersionRuntime === undefined;
}

function findBinary() {
  const os = process.platform === "win32" ? "windows" : process.platform;
  const file = os === "windows" ? "bin/mm.exe" : "bin/mm";
  const name = `${require("../package.json").name}-${os}-${process.arch}`;
  const plain = resolve(name, file);
  const musl = os === "linux" ? resolve(`${name}-musl`, file) : undefined;
  // Package managers that don't know "libc" install both.
  if (plain !== undefined && musl !== undefined) return isMusl() ? musl : plain;
  if (plain !== undefined || musl !== undefined) return plain || musl;
  console.error(`error: the package ${name} is not installed`);
  console.error("hint: install again without --omit=optional, on the platform that is to run mm");
  process.exit(1);
}

// By this name the binary tells its launcher from the agent that runs it.
process.title = "mm";
const child = spawn(findBinary(), process.argv.slice(2), { stdio: "inherit" });

const hasTerminal = [0, 1, 2].some((descriptor) => isatty(descriptor));
for (const signal of process.platform === "win32" ? ["SIGINT"] : SIGNALS) {
  process.on(signal, () => {
    if (!(hasTerminal && FROM_TERMINAL.includes(signal))) child.kill(signal);
  });
}

child.on("error", (error) => {
  console.error(`error: mm does not start: ${error.message}`);
  process.exit(1);
});

child.on("exit", (code, signal) => {
  if (signal === null) process.exit(code);
  // Who waits is to see the same signal; the exit is for those that this process survives.
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
  setTimeout(() => process.exit(128 + constants.signals[signal]), 500);
});
