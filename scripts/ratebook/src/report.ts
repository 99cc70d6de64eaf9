/** How a command speaks: progress for people on stderr, the result on stdout, as text or as JSON. */
export type Report = {
  /** A line of progress; nothing with `--json` when stderr is not a terminal. */
  progress: (line: string) => void;
  /** The result. `text` is for people; `value` is printed with `--json`, bigints as decimal text. */
  result: (text: string, value: unknown) => void;
};

/** A report in the form that was asked for. */
export function createReport(json: boolean): Report {
  return {
    progress: (line) => {
      if (!json || process.stderr.isTTY) process.stderr.write(`${line}\n`);
    },
    result: (text, value) => {
      process.stdout.write(json ? `${JSON.stringify(value, bigintAsText)}\n` : `${text}\n`);
    },
  };
}

const bigintAsText = (_key: string, value: unknown): unknown =>
  typeof value === "bigint" ? value.toString() : value;
