// fhir-kit-client, which nobody here wrote, told what to do: one JSON a line in, {base, token, call, given: [...]}; one JSON a
// line out, {status, headers, body} as the library gives it back, or {error} in the library's own words.
import { createInterface } from "node:readline";
import { Client } from "fhir-kit-client";

const clients = new Map();

function clientOf(base, token) {
  const key = `${base} ${token}`;
  if (!clients.has(key)) clients.set(key, new Client({ baseUrl: base, bearerToken: token ?? undefined }));
  return clients.get(key);
}

async function answered({ base, token, call, given }) {
  const client = clientOf(base, token);
  const body = await client[call](...given);
  const { response } = Client.httpFor(body);
  return { status: response?.status ?? null, headers: Object.fromEntries(response?.headers ?? []), body };
}

function declined(problem) {
  const { response, config } = problem;
  if (!response) return { error: String(problem?.errors ?? problem) };
  return { status: response.status, headers: Object.fromEntries(config.headers), body: response.data };
}

for await (const line of createInterface({ input: process.stdin })) {
  const answer = await answered(JSON.parse(line)).catch(declined);
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
