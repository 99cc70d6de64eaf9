import { expect, test } from "vitest";
import { readEnv } from "./env.ts";

const sources = [
  { id: "genai-prices" },
  { id: "models.dev" },
  { id: "litellm" },
  { id: "acme", key: { env: "ACME_KEY", header: "authorization", prefix: "Bearer " } },
];
const open = new Map(["genai-prices", "models.dev", "litellm"].map((id) => [id, {}]));
const key = { RATEBOOK_WORKER_KEY: "rbk_0" };

test("a key is all that is needed", () => {
  expect(readEnv(key, sources)).toEqual({
    ok: true,
    value: {
      url: "http://127.0.0.1:3000",
      apiKey: "rbk_0",
      logLevel: "info",
      schedules: new Map(),
      urls: new Map(),
      headers: open,
      allowLoopback: false,
    },
  });
});

test("schedules and mirrors are set by source", () => {
  const env = {
    ...key,
    RATEBOOK_SCHEDULE_GENAI_PRICES: "off",
    RATEBOOK_SCHEDULE_LITELLM: "5 * * * *",
    RATEBOOK_SOURCE_URL_MODELS_DEV: "https://mirror.example/api.json",
    RATEBOOK_SOURCE_LOOPBACK: "1",
  };
  expect(readEnv(env, sources)).toMatchObject({
    ok: true,
    value: {
      schedules: new Map<string, string | null>([
        ["genai-prices", null],
        ["litellm", "5 * * * *"],
      ]),
      urls: new Map([["models.dev", "https://mirror.example/api.json"]]),
      allowLoopback: true,
    },
  });
});

test.each([
  ["true", true],
  ["1", true],
  [" TRUE ", true],
  ["false", false],
  ["0", false],
  ["", false],
])("this machine as a source: %j is %s", (text, allowLoopback) => {
  expect(readEnv({ ...key, RATEBOOK_SOURCE_LOOPBACK: text }, sources)).toMatchObject({
    ok: true,
    value: { allowLoopback },
  });
});

test.each([
  ["RATEBOOK_WORKER_KEY", {}],
  ["RATEBOOK_URL", { ...key, RATEBOOK_URL: "here" }],
  ["RATEBOOK_SCHEDULE_LITELLM", { ...key, RATEBOOK_SCHEDULE_LITELLM: "sometimes" }],
  ["RATEBOOK_SOURCE_URL_LITELLM", { ...key, RATEBOOK_SOURCE_URL_LITELLM: "nowhere" }],
  ["RATEBOOK_SOURCE_LOOPBACK", { ...key, RATEBOOK_SOURCE_LOOPBACK: "yes please" }],
])("a wrong %s is named", (name, env) => {
  expect(readEnv(env, sources)).toMatchObject({ ok: false, error: { kind: "invalid_setting", name } });
});

test("a source's key becomes its request header; without one the source is left out", () => {
  expect(readEnv({ ...key, ACME_KEY: "secret" }, sources)).toMatchObject({
    ok: true,
    value: { headers: new Map([...open, ["acme", { authorization: "Bearer secret" }]]) },
  });
});
