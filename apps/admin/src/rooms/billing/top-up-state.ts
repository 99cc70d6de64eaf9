import { instantText } from "../../app/instant-text.ts";
import type { Api } from "../../app/trpc.ts";

type Settings = Pick<Api<"payments", "autoTopUp">, "state" | "frozenBy" | "declines" | "retryAt">;

/** Whether the wallet will refill itself, in a word and a sentence that says why not and what helps. */
export function topUpState({ state, frozenBy, declines, retryAt }: Settings): {
  word: string;
  sentence: string;
  color: string;
} {
  switch (state) {
    case "off":
      return { word: "Off", sentence: "Nothing is charged automatically.", color: "gray" };
    case "active":
      return {
        word: "On",
        sentence: "The wallet refills itself when the balance falls below the threshold.",
        color: "teal",
      };
    case "frozen":
      return { word: "Paused", sentence: `${frozenSentence(frozenBy)} Nothing is charged.`, color: "red" };
    case "suspended":
      return {
        word: "Suspended",
        sentence: `The card was declined ${declines} times in a row, so it is not tried again. Add another card, or make another one the default, to go on.`,
        color: "red",
      };
    case "backing_off":
      return {
        word: "Waiting",
        sentence: `The card was declined. The next attempt is ${retryAt === null ? "soon" : `not before ${instantText(retryAt)}`}; another card is tried at once.`,
        color: "orange",
      };
    case "no_card":
      return { word: "No card", sentence: "Add a card below: there is none to charge.", color: "orange" };
  }
}

function frozenSentence(reasons: readonly string[]): string {
  if (reasons.some((reason) => reason.startsWith("dispute"))) {
    return "A payment was disputed, so automatic refills stand still unless the dispute is won.";
  }
  return "The card's bank warned of fraud, so automatic refills stand still until the operator has looked into it.";
}
