import { once } from "node:events";
import { SMTPServer } from "smtp-server";

/** A mail server of a test's own, which keeps what it takes. */
export type SmtpInbox = {
  url: string;
  /** Mails as they came over the wire, oldest first. */
  received: { from: string; to: string[]; raw: string }[];
  /** Refuses every recipient with these words; null: takes all. */
  refuse: (words: string | null) => void;
  /** Settles once this many mails were taken. */
  count: (mails: number) => Promise<void>;
  close: () => Promise<void>;
};

/** Listens on a free port of 127.0.0.1. */
export async function startSmtpInbox(): Promise<SmtpInbox> {
  const received: SmtpInbox["received"] = [];
  let refusal: string | null = null;
  let waiting: { mails: number; done: () => void }[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["AUTH", "STARTTLS"],
    onRcptTo: (_address, _session, answer) => {
      answer(refusal === null ? undefined : Object.assign(new Error(refusal), { responseCode: 550 }));
    },
    onData: (stream, session, answer) => {
      const parts: Buffer[] = [];
      stream.on("data", (part: Buffer) => parts.push(part));
      stream.on("end", () => {
        const { mailFrom, rcptTo } = session.envelope;
        received.push({
          from: mailFrom === false ? "" : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(parts).toString("utf8"),
        });
        answer();
        for (const { mails, done } of waiting) if (received.length >= mails) done();
        waiting = waiting.filter(({ mails }) => received.length < mails);
      });
    },
  });
  const listening = server.listen(0, "127.0.0.1");
  await once(listening, "listening");
  const address = listening.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `smtp://127.0.0.1:${port}`,
    received,
    refuse: (words) => {
      refusal = words;
    },
    count: (mails) =>
      new Promise((done) => {
        if (received.length >= mails) done();
        else waiting.push({ mails, done });
      }),
    close: () => new Promise((done) => server.close(() => done())),
  };
}
