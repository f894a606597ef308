#!/usr/bin/env node
// Scores a data file with a stream: upload, submit, wait, fetch. Standard library only.
//
//     export SATSUMA_API=http://127.0.0.1:8080/pm/v1 SATSUMA_KEY=demo-key
//     node score.mjs STREAM.str DATA.csv > predictions.tab

import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";

const API = process.env.SATSUMA_API ?? "http://127.0.0.1:8080/pm/v1";
const KEY = process.env.SATSUMA_KEY ?? "";

const ATTEMPTS = 5;
const RETRIED = [429, 503];
// The longest wait of a long poll is 25 s; the service answers soon after that.
const TIMEOUT_MS = 60_000;
const LONG_POLL_SECONDS = 25;
const ENDED = ["SUCCESS", "FAILED", "CANCELED"];

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Sends a request with the access key, retries transient faults, and returns the response. */
async function send(method, url, { body, headers, query } = {}) {
  const parameters = new URLSearchParams({ ...query, accesskey: KEY });
  for (let attempt = 1; ; attempt += 1) {
    let pause = 250 * 2 ** attempt;
    try {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const response = await fetch(`${url}?${parameters}`, { method, body, headers, signal });
      if (response.ok) return response;
      if (!RETRIED.includes(response.status) || attempt === ATTEMPTS) {
        throw new Refused(`${method} ${url}: ${response.status} ${errorText(await response.text())}`);
      }
      pause = 1000 * Number(response.headers.get("retry-after")) || pause;
    } catch (error) {
      if (error instanceof Refused || attempt === ATTEMPTS) throw error;
    }
    await sleep(pause);
  }
}

/** An error response that a retry does not resolve. */
class Refused extends Error {}

/** The API's error object as one line; API Gateway's own errors have only a message. */
function errorText(body) {
  try {
    const { code = "", message = "", requestId = "unknown" } = JSON.parse(body);
    return `${code} ${message} (request ${requestId})`;
  } catch {
    return body;
  }
}

/** Uploads a file under its own name, as a form. */
async function upload(path) {
  const body = new FormData();
  body.set("file", new Blob([await readFile(path)]), basename(path));
  await send("PUT", `${API}/file/${encodeURIComponent(basename(path))}`, { body });
}

/** Submits a scoring job. The idempotency key makes a retry of this request harmless. */
async function submit(job, stream) {
  const definition = { action: "BATCH_SCORE", model: { id: stream }, setting: { reportFormat: "TAB" } };
  const headers = { "Content-Type": "application/json", "Idempotency-Key": randomUUID() };
  await send("PUT", `${API}/jobs/${job}`, { body: JSON.stringify(definition), headers });
}

/** Waits for the end of the job and returns its status. */
async function wait(job) {
  for (;;) {
    const response = await send("GET", `${API}/jobs/${job}/status`, { query: { wait: LONG_POLL_SECONDS } });
    const status = await response.json();
    console.error(`${job}: ${status.jobStatus}`);
    if (ENDED.includes(status.jobStatus)) return status;
  }
}

async function main([stream, data]) {
  if (!stream || !data) throw new Error("usage: score.mjs STREAM.str DATA.csv");
  const job = `example-${randomUUID()}`;
  await upload(stream);
  await upload(data);
  await submit(job, basename(stream));
  const status = await wait(job);
  if (status.jobStatus !== "SUCCESS") {
    throw new Error(`${job}: ${status.jobStatus}: ${status.failureMsg ?? ""}`);
  }
  // A large result is answered with a redirect to the store, which fetch follows.
  const result = await send("GET", status.dataUrl);
  process.stdout.write(Buffer.from(await result.arrayBuffer()));
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
