// Prints what works in a Node.js image, one line each.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { rootCertificates } from "node:tls";
import { Worker } from "node:worker_threads";
import zlib from "node:zlib";

const directory = process.argv[2];

const server = http.createServer((request, response) => response.end(`hello ${request.url}`));
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const address = `http://127.0.0.1:${server.address().port}/path`;
console.log("fetch", await (await fetch(address)).text());
server.close();

const pem = readFileSync(`${directory}/server.pem`);
const secure = https.createServer({ key: pem, cert: pem }, (_, response) => response.end("hello"));
await new Promise((ready) => secure.listen(0, ready));
const ask = (options) =>
  new Promise((done) =>
    https
      .get({ host: "localhost", port: secure.address().port, agent: false, ...options }, (response) =>
        response.on("data", (data) => done(data.toString())))
      .on("error", (error) => done(error.code)));
console.log("tls by default", await ask({}));
console.log("tls trusted", await ask({ ca: readFileSync(`${directory}/authority.pem`) }));
secure.close();
console.log("authorities", rootCertificates.length > 100);

console.log("date", new Intl.DateTimeFormat("de-CH", {
  dateStyle: "full", timeStyle: "short", timeZone: "US/Pacific",
}).format(new Date("2026-07-01T12:00:00Z")));
console.log("number", (1234567.891).toLocaleString("de-DE"));

writeFileSync(`${directory}/named.cjs`, "exports.named = 42;");
console.log("module", (await import(`${directory}/named.cjs`)).named);
console.log("brotli", zlib.brotliDecompressSync(zlib.brotliCompressSync("brotli")).toString());
const worker = new Worker("require('worker_threads').parentPort.postMessage('worker')", { eval: true });
console.log("thread", await new Promise((done) => worker.on("message", done)));
console.log("child", execFileSync(process.execPath, ["-p", "process.version"]).toString().trim() === process.version);
