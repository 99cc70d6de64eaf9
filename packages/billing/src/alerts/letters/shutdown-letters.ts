import type { Notice } from "../customer-notice.ts";
import type { Shutdown } from "../event-kinds.ts";
import type { LetterPages } from "./customer-letter.ts";
import type { Letter } from "./letter.ts";
import { readableDollars, readableInstant } from "./readable.ts";

type Of<K extends Notice["template"]> = Extract<Notice, { template: K }>;
type ShutdownTemplate = Extract<Notice["template"], `shutdown_${string}`>;

/** What a customer reads while its resources are going to be stopped, each step of the notice its letter. */
export const SHUTDOWN_LETTERS: {
  [K in ShutdownTemplate]: (notice: Of<K>, pages: LetterPages) => Letter;
} = {
  shutdown_warning: (it, { billing }) => ({
    subject: `48-hour warning: your resources stop on ${readableInstant(it.stopsAt)}`,
    paragraphs: [
      "Your credits last 48 hours or less.",
      `Unless you add credits, ${whatRuns(it)} stopped on ${readableInstant(it.stopsAt)}, and not before. Adding enough for more than 48 hours ends this at once.`,
    ],
    facts: standing(it),
    action: { label: "Add credits", url: billing },
    because: BECAUSE,
  }),
  shutdown_postponed: (it, { billing }) => ({
    subject: `The stop of your resources is put off until ${readableInstant(it.stopsAt)}`,
    paragraphs: [
      `The credits that came in let ${whatRuns(it, "run")} on until about ${readableInstant(it.stopsAt)}. There is no further warning before that.`,
    ],
    facts: standing(it),
    action: { label: "Add more credits", url: billing },
    because: BECAUSE,
  }),
  shutdown_lifted: (it, { infrastructure }) => ({
    subject: it.reason === "credits" ? "Your resources keep running" : "No stop is announced any more",
    paragraphs: [
      it.reason === "credits"
        ? "The stop we warned you of is off: your credits last longer than 48 hours again."
        : "Nothing of yours runs any more that could be stopped for want of credits, so the warning has ended.",
    ],
    action: { label: "See what runs", url: infrastructure },
    because: BECAUSE,
  }),
  shutdown_stopping: (it, { billing }) => ({
    subject: "Your resources are being stopped: the credits are used up",
    paragraphs: [
      `The 48 hours are over and your credits are used up, so ${whatRuns(it)} being stopped now. What runs until it has stopped is still billed.`,
      "Credits added before that keep it running.",
    ],
    facts: standing(it),
    action: { label: "Add credits", url: billing },
    because: BECAUSE,
  }),
  shutdown_stopped: (it, { infrastructure }) => ({
    subject: "Your resources are stopped",
    paragraphs: [
      "Everything that ran is stopped, because your credits are used up. Nothing is deleted, and what is stopped costs nothing.",
      it.debt > 0n
        ? `What ran beyond your credits came to ${readableDollars(it.debt)}. Once credits you bought have repaid that, start your resources again.`
        : "Add credits, then start your resources again.",
    ],
    action: { label: "See your resources", url: infrastructure },
    because: BECAUSE,
  }),
};

/** "your running resource is", "let your 3 running resources run". */
const whatRuns = ({ running }: Shutdown, verb?: "run"): string => {
  const them = running === 1 ? "your running resource" : `your ${running} running resources`;
  return `${them} ${verb ?? (running === 1 ? "is" : "are")}`;
};

const standing = ({ available, debt, dailyCost }: Shutdown): [string, string][] => [
  ["Credits left", readableDollars(available)],
  ...(debt > 0n ? [["Debt", readableDollars(debt)] as [string, string]] : []),
  ["A day costs", readableDollars(dailyCost)],
];

const BECAUSE = "You get this because your organization runs resources that are billed by the day.";
