import type { MailTransport } from "@ratebook/billing";
import { err, ok } from "@ratebook/core";
import { createTransport } from "nodemailer";

/**
 * Sends mails through the server of an `smtp://` or `smtps://` address. Connections are kept open for mails that follow;
 * `close` ends them.
 *
 * @param from the sender, `Name <address>` or an address alone
 */
export function createSmtpTransport({
  url,
  from,
}: {
  url: string;
  from: string;
}): MailTransport & { close: () => void } {
  const transport = createTransport({
    url,
    pool: true,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    // What a mail says never makes this process read a file or an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    deliver: async ({ id, to, subject, text, html }) => {
      try {
        await transport.sendMail({
          from,
          // An address, not a header: a comma in it names no second recipient.
          to: { name: "", address: to },
          subject,
          text,
          ...(html !== null && { html }),
          // A mail that is sent twice is one to whoever reads it.
          messageId: `<${id}@ratebook>`,
          headers: { "Auto-Submitted": "auto-generated" },
        });
        return ok(null);
      } catch (error) {
        // The mail server or the way to it: kept with the mail, and tried again.
        return err({
          kind: "not_delivered",
          message: error instanceof Error ? error.message : String(error),
        });
      }
    },
    close: () => transport.close(),
  };
}

const TIMEOUT_MS = 20_000;
