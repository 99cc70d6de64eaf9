import { expect, test } from "vitest";
import { readEnv } from "./env.ts";

const least = { DATABASE_URL: "postgres://u:p@h/d", RATEBOOK_SECRET: "x".repeat(32) };

test("two variables are enough; the rest has defaults", () => {
  expect(readEnv(least)).toMatchObject({
    ok: true,
    value: {
      port: 3000,
      host: "127.0.0.1",
      databaseOwnerUrl: least.DATABASE_URL,
      logLevel: "info",
      limits: {},
    },
  });
});

test.each([
  [{ DATABASE_URL: undefined }, "DATABASE_URL is required."],
  [
    { DATABASE_URL: "mysql://h/d" },
    "DATABASE_URL must be an address like postgres://user:password@host/database.",
  ],
  [{ RATEBOOK_SECRET: "short" }, "RATEBOOK_SECRET must be at least 32 characters."],
  [{ PORT: "70000" }, "PORT must be 0 … 65535."],
  [{ PORT: "http" }, "PORT must be a number."],
  [{ DATABASE_PREPARE: "yes" }, "DATABASE_PREPARE must be true or false."],
  [{ PUBLIC_URL: "ftp://x" }, "PUBLIC_URL must be an http or https address."],
  [
    { RATEBOOK_WORKER_KEY: "rbk_short" },
    "RATEBOOK_WORKER_KEY must be rbk_ and at least 43 letters, digits, - or _.",
  ],
  [{ SMTP_URL: "smtp://mail.test:25" }, "MAIL_FROM is required with SMTP_URL."],
  [{ SMTP_URL: "http://mail.test", MAIL_FROM: "a@b.test" }, "SMTP_URL must be an smtp or smtps address."],
  [{ MAIL_FROM: "Ratebook" }, "MAIL_FROM must be an address, or Name <address>."],
  [{ RATE_LIMIT_KEY: "0" }, "RATE_LIMIT_KEY must be at least 1."],
])("%j is told in one sentence that names it", (change, sentence) => {
  expect(readEnv({ ...least, ...change })).toEqual({ ok: false, error: [sentence] });
});

test("an empty variable counts as not set, and lists are split at commas", () => {
  expect(readEnv({ ...least, PORT: "", TRUSTED_PROXIES: "loopback, 10.0.0.0/8," })).toMatchObject({
    ok: true,
    value: { port: 3000, trustedProxies: ["loopback", "10.0.0.0/8"] },
  });
});

test("a mail server comes with who the mails are from; a sender alone sends nothing", () => {
  const mail = { SMTP_URL: "smtps://u:p@mail.test:465", MAIL_FROM: "Ratebook <billing@ratebook.test>" };
  expect(readEnv({ ...least, ...mail })).toMatchObject({
    ok: true,
    value: { mail: { smtpUrl: mail.SMTP_URL, from: mail.MAIL_FROM } },
  });
  const alone = readEnv({ ...least, MAIL_FROM: mail.MAIL_FROM });
  expect(alone.ok && alone.value.mail).toBeUndefined();
});
