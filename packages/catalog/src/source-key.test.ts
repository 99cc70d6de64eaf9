import { expect, test } from "vitest";
import { SOURCES } from "./registry.ts";
import { keyHeaders } from "./source-key.ts";

const source = { key: { env: "ACME_KEY", header: "authorization", prefix: "Key " } };

test("a source without a key needs no header", () => {
  expect(keyHeaders({}, {})).toEqual({});
});

test("a key goes behind its prefix into its header", () => {
  expect(keyHeaders(source, { ACME_KEY: " secret\n" })).toEqual({ authorization: "Key secret" });
});

test.each([{}, { ACME_KEY: "" }, { ACME_KEY: "  " }, { OTHER_KEY: "x" }])("%j has no key for it", (env) => {
  expect(keyHeaders(source, env)).toBeNull();
});

test("without any key the sources that need none are left", () => {
  const open = SOURCES.filter((each) => keyHeaders(each, {}) !== null).map(({ id }) => id);
  const keyed = SOURCES.filter((each) => keyHeaders(each, {}) === null).map(({ id }) => id);
  expect(keyed.sort()).toEqual(["elevenlabs", "fal", "together", "xai"]);
  expect(open).toContain("openai");
});
