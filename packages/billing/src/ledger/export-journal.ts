import { formatUsd, type Nanos, nanos } from "@ratebook/core";
import type { Sql } from "@ratebook/db";

/**
 * Writes the books as a journal that hledger and ledger-cli read: one transaction an entry that moves money, wallet by
 * wallet in the order of posting. Holds and parked usage move none and are left out.
 *
 * A wallet is what we owe its customer (`liabilities:wallets:<account>`), its debt what the customer owes us
 * (`assets:receivable:customers:<account>`), and the entry's contra account the other side; amounts are exact USD.
 *
 * @returns chunks of text to be written one after the other; one moment of the database throughout
 */
export async function* exportJournal({ sql }: { sql: Sql }): AsyncGenerator<string> {
  yield "; Ratebook journal, amounts in USD to the nano\n\n";
  const pages = sql<JournalRow[]>`
    select account_id as account, seq, op_id as "opId", kind, contra, amount, debt_delta as debt, created_at as at
    from ratebook.entry where amount <> 0 or debt_delta <> 0
    order by bucket, account_id, seq`.cursor(PAGE);
  for await (const rows of pages) yield rows.map(transaction).join("");
}

/**
 * Reads an export back and adds it up, transaction by transaction.
 *
 * @returns a sentence for each transaction that does not add up to zero
 */
export async function journalImbalances({ sql }: { sql: Sql }): Promise<string[]> {
  const imbalances: string[] = [];
  let heading = "";
  let sum = 0n;
  for await (const chunk of exportJournal({ sql })) {
    for (const line of chunk.split("\n")) {
      if (line.startsWith("    ")) sum += postingNanos(line);
      else if (line !== "") heading = line;
      else if (sum !== 0n) {
        imbalances.push(`${heading} is off by ${formatUsd(nanos(sum))} USD`);
        sum = 0n;
      }
    }
  }
  return imbalances;
}

type JournalRow = {
  account: string;
  seq: bigint;
  opId: string;
  kind: string;
  contra: string;
  amount: bigint;
  debt: bigint;
  at: Date;
};

function transaction({ account, seq, opId, kind, contra, amount, debt, at }: JournalRow): string {
  const postings = [
    posting(`liabilities:wallets:${account}`, nanos(-amount)),
    posting(`assets:receivable:customers:${account}`, nanos(debt)),
    // Repayment moves money between the two above; its contra account is the receivable itself.
    kind === "debt_repaid" ? "" : posting(accountOf(contra), nanos(amount - debt)),
  ];
  return `${at.toISOString().slice(0, 10)} * (${opId}) ${kind}  ; ${account} ${seq}\n${postings.join("")}\n`;
}

const posting = (name: string, amount: Nanos): string =>
  amount === 0n ? "" : `    ${name}  ${formatUsd(amount)} USD\n`;

/** The class of each contra account, as accountants file it. */
function accountOf(contra: string): string {
  if (contra.startsWith("revenue:") || contra === "breakage") return `income:${contra}`;
  if (contra === "opening") return "equity:opening";
  return contra.startsWith("clearing:") ? `assets:${contra}` : `expenses:${contra}`;
}

function postingNanos(line: string): bigint {
  const match = / {2}(-?)(\d+)(?:\.(\d{1,9}))? USD$/.exec(line);
  if (match === null) throw new Error(`not a posting: ${line}`);
  const [, sign, whole = "", fraction = ""] = match;
  const amount = BigInt(whole + fraction.padEnd(9, "0"));
  return sign === "-" ? -amount : amount;
}

const PAGE = 1000;
