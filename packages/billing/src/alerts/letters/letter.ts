/** What a mail says, before it is written as text and as HTML. Every word in it is plain text. */
export type Letter = {
  subject: string;
  paragraphs: readonly string[];
  /** Figures, each with its name. */
  facts?: readonly (readonly [name: string, value: string])[];
  /** The one thing to do, where there is one. */
  action?: { label: string; url: string };
  /** Why somebody gets this, and how to get less of it. */
  because: string;
};

/** Who writes. */
export type Sender = { name: string; color: string; supportEmail: string | null };

/** A mail, ready to be kept. */
export type WrittenLetter = { subject: string; text: string; html: string };

/** Writes a letter as plain text and as HTML that says the same. Nothing in it can become markup. */
export function writeLetter(letter: Letter, sender: Sender): WrittenLetter {
  return {
    // A subject is one line, whatever a customer is called.
    subject: letter.subject.replace(/\s+/g, " "),
    text: asText(letter, sender),
    html: asHtml(letter, sender),
  };
}

function asText({ paragraphs, facts = [], action, because }: Letter, sender: Sender): string {
  const blocks = [
    ...paragraphs,
    ...(facts.length > 0 ? [facts.map(([name, value]) => `${name}: ${value}`).join("\n")] : []),
    ...(action ? [`${action.label}: ${action.url}`] : []),
    `-- \n${[sender.name, because, ...help(sender)].join("\n")}`,
  ];
  return `${blocks.join("\n\n")}\n`;
}

function asHtml({ subject, paragraphs, facts = [], action, because }: Letter, sender: Sender): string {
  const rows = facts.map(
    ([name, value]) =>
      `<tr><td style="padding:6px 16px 6px 0;color:#52525b">${htmlText(name)}</td><td style="padding:6px 0;text-align:right;font-weight:600">${htmlText(value)}</td></tr>`,
  );
  const parts = [
    ...paragraphs.map((text) => `<p style="margin:0 0 16px">${htmlText(text)}</p>`),
    ...(rows.length > 0
      ? [
          `<table role="presentation" style="width:100%;border-collapse:collapse;margin:0 0 20px">${rows.join("")}</table>`,
        ]
      : []),
    ...(action
      ? [
          `<p style="margin:0 0 20px"><a href="${htmlText(action.url)}" style="display:inline-block;padding:10px 18px;border-radius:6px;background:${htmlText(sender.color)};color:#ffffff;text-decoration:none;font-weight:600">${htmlText(action.label)}</a></p>`,
        ]
      : []),
  ];
  const foot = [because, ...help(sender)].map(htmlText).join("<br>");
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${htmlText(subject)}</title></head>
<body style="margin:0;background:#f4f4f5;font:16px/1.5 -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;color:#18181b">
<div style="max-width:560px;margin:0 auto;padding:24px 16px">
<div style="background:${htmlText(sender.color)};color:#ffffff;padding:14px 24px;border-radius:8px 8px 0 0;font-weight:600">${htmlText(sender.name)}</div>
<div style="background:#ffffff;padding:24px;border-radius:0 0 8px 8px">
${parts.join("\n")}
</div>
<p style="margin:16px 0 0;font-size:13px;color:#52525b">${foot}</p>
</div></body></html>
`;
}

const help = ({ supportEmail }: Sender): string[] =>
  supportEmail === null ? [] : [`Questions? Write to ${supportEmail}.`];

const htmlText = (text: string): string =>
  text.replace(/\p{Cc}/gu, " ").replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
