import type { Letter } from "./letter.ts";

/** An occasion at the sign-in; each leads to an address that is valid for a while and proves whose mailbox it is. */
export type PersonOccasion =
  | { template: "reset-password"; url: string }
  | { template: "verify-email"; url: string }
  | { template: "invitation"; url: string; inviter: string; organization: string };

/** The letter of such an occasion, in the name of `platform`. */
export function personLetter(occasion: PersonOccasion, platform: string): Letter {
  const { url } = occasion;
  switch (occasion.template) {
    case "reset-password":
      return {
        subject: `Set a new password for ${platform}`,
        paragraphs: [
          "Somebody asked for a new password for this address. The button below works for an hour.",
          "If it was not you, nothing has to be done: the password stays as it is.",
        ],
        action: { label: "Set a new password", url },
        because: "You get this because a new password was asked for.",
      };
    case "verify-email":
      return {
        subject: `Confirm your e-mail address for ${platform}`,
        paragraphs: ["Confirm that this address is yours. The button below works for an hour."],
        action: { label: "Confirm the address", url },
        because: "You get this because somebody signed up with this address.",
      };
    case "invitation":
      return {
        subject: `${occasion.inviter} invites you to ${occasion.organization} on ${platform}`,
        paragraphs: [
          `${occasion.inviter} invites you to join ${occasion.organization} on ${platform}. The button below works for a week.`,
        ],
        action: { label: "Accept the invitation", url },
        because: "You get this because somebody invited this address.",
      };
  }
}
