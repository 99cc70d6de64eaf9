import { html } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";

type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** A whole page under the sandbox's banner. */
export function frame(title: string, styleUrl: string, content: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="stylesheet" href="${styleUrl}">
</head>
<body>
<header><strong>Sandbox.</strong> No real money moves here. Never type a real card number.</header>
<main>
${content}
</main>
</body>
</html>`;
}

export const STYLE = `
:root { color-scheme: light dark; --ink: #1c1e21; --soft: #4b5563; --paper: #fff; --line: #c4c9d1; --accent: #1d4ed8; --bad: #b91c1c; --mark: #fde68a; }
@media (prefers-color-scheme: dark) { :root { --ink: #f3f4f6; --soft: #c4c9d1; --paper: #16181c; --line: #4b5563; --accent: #93b4ff; --bad: #fca5a5; --mark: #713f12; } }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
header { padding: 0.75rem 1rem; background: var(--mark); text-align: center; }
main { max-width: 30rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { font-size: 1.25rem; margin: 0 0 0.25rem; }
.amount { font-size: 2rem; font-weight: 600; margin: 0 0 1.5rem; font-variant-numeric: tabular-nums; }
label { display: block; font-weight: 600; margin-top: 1rem; }
label.box { display: flex; gap: 0.6rem; align-items: start; font-weight: 400; }
input:not([type="checkbox"]) { width: 100%; min-height: 2.75rem; padding: 0.5rem 0.75rem; font: inherit; color: inherit; background: transparent; border: 1px solid var(--line); border-radius: 6px; }
input[type="checkbox"] { width: 1.25rem; height: 1.25rem; margin-top: 0.15rem; }
.row { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; }
button { width: 100%; min-height: 2.75rem; margin-top: 1.5rem; font: inherit; font-weight: 600; color: #fff; background: #1d4ed8; border: 0; border-radius: 6px; cursor: pointer; }
button.second { color: inherit; background: transparent; border: 1px solid var(--line); margin-top: 0.75rem; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.problem { margin: 1rem 0 0; padding: 0.75rem; border: 2px solid var(--bad); border-radius: 6px; color: var(--bad); }
a { color: var(--accent); }
.back { display: inline-block; margin-top: 1.25rem; }
.soft { color: var(--soft); font-size: 0.9rem; }
table { width: 100%; margin-top: 1rem; border-collapse: collapse; font-size: 0.9rem; }
caption { text-align: left; font-weight: 600; margin-top: 1.5rem; }
td, th { text-align: left; padding: 0.35rem 0.5rem 0.35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td:first-child { white-space: nowrap; font-variant-numeric: tabular-nums; }
`;
