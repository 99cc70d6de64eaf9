import { AA_CONTRAST, contrastRatio, err, hexColor, ok, type Result } from "@ratebook/core";
import { inTransaction } from "@ratebook/db";
import { setting } from "@ratebook/db/schema";
import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Actor } from "../actor.ts";
import { refuseUnlessOperator } from "../catalog/permission.ts";
import type { Ctx } from "../ctx.ts";
import type { Executor } from "../ledger/open-wallet.ts";
import type { InvalidField } from "../usage/usage-error.ts";
import { recordAudit } from "./record-audit.ts";

/** How the platform looks to its customers: in mails, and in the dashboard they reach through the portal. */
export const Branding = z.strictObject({
  name: z.string().trim().min(1).max(60),
  /** `#rrggbb`; white text on it is readable. */
  color: z.string(),
  /** A small picture as a data address; null: the name alone. */
  logo: z.string().nullable(),
  /** Where customers' questions go; null: nowhere is named. */
  supportEmail: z.email().max(254).nullable(),
  /** Origins that customers may be sent back to from the portal. */
  returnOrigins: z.array(z.string()).max(20),
});
export type Branding = z.infer<typeof Branding>;

/** Ratebook's own name and colour, until an operator sets the platform's. */
export const DEFAULT_BRANDING: Branding = {
  name: "Ratebook",
  color: "#12715b",
  logo: null,
  supportEmail: null,
  returnOrigins: [],
};

/** The platform's name, logo and colour as they were set. */
export async function readBranding(executor: Executor): Promise<Branding> {
  const [row] = await executor.execute<{ value: unknown }>(
    sql`select value from ratebook.setting where name = 'branding'`,
  );
  return row === undefined ? DEFAULT_BRANDING : Branding.parse(row.value);
}

/**
 * Sets the platform's name, logo and colour.
 *
 * @returns `validation_error` where white text would be hard to read on the colour, or the logo is no picture
 */
export async function saveBranding(
  ctx: Ctx,
  actor: Actor,
  input: Branding,
): Promise<Result<Branding, { kind: "access_denied"; message: string } | InvalidField>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  const checked = check(input);
  if (!checked.ok) return checked;
  const { value } = checked;
  const before = await readBranding(ctx.db);
  await inTransaction(ctx.db, async (tx) => {
    const values = { value, updatedAt: ctx.clock() };
    await tx
      .insert(setting)
      .values({ name: "branding", ...values })
      .onConflictDoUpdate({ target: setting.name, set: values });
    await recordAudit(ctx, tx, actor, {
      action: "branding.save",
      subject: "branding",
      before: noted(before),
      after: noted(value),
    });
  });
  return ok(value);
}

function check(input: Branding): Result<Branding, InvalidField> {
  const invalid = (field: string, message: string) =>
    err({ kind: "validation_error" as const, field, message });
  const color = hexColor(input.color);
  if (color === null) return invalid("color", "must be a colour such as #12715b");
  if (contrastRatio(color, "#ffffff") < AA_CONTRAST) {
    return invalid("color", "is too light: white text on it could not be read");
  }
  if (input.logo !== null && !isPicture(input.logo)) {
    return invalid("logo", "must be a PNG, JPEG, WebP or SVG picture of at most 64 KiB");
  }
  const origins: string[] = [];
  for (const text of input.returnOrigins) {
    const url = URL.canParse(text) ? new URL(text) : null;
    const local = url !== null && ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
    if (url === null || !(url.protocol === "https:" || (url.protocol === "http:" && local))) {
      return invalid("returnOrigins", `${text} is not an origin such as https://app.example.com`);
    }
    if (!origins.includes(url.origin)) origins.push(url.origin);
  }
  return ok({ ...input, color, returnOrigins: origins });
}

/** A data address of a picture whose bytes begin as its type says; shown in an <img>, where nothing in it can run. */
function isPicture(logo: string): boolean {
  const found = /^data:image\/(png|jpeg|webp|svg\+xml);base64,([A-Za-z0-9+/]+={0,2})$/.exec(logo);
  const [, type = "", data = ""] = found ?? [];
  const bytes = Buffer.from(data, "base64");
  if (bytes.length === 0 || bytes.length > MOST_LOGO_BYTES) return false;
  switch (type) {
    case "png":
      return bytes.subarray(0, 8).equals(Buffer.from("89504e470d0a1a0a", "hex"));
    case "jpeg":
      return bytes.subarray(0, 3).equals(Buffer.from("ffd8ff", "hex"));
    case "webp":
      return bytes.subarray(0, 4).toString() === "RIFF" && bytes.subarray(8, 12).toString() === "WEBP";
    case "svg+xml":
      return /^(<\?xml[^>]*>)?\s*<svg[\s>]/.test(bytes.toString("utf8"));
    default:
      return false;
  }
}

/** The picture itself would fill the audit log. */
const noted = ({ logo, ...rest }: Branding) => ({
  ...rest,
  logo: logo === null ? null : `${logo.length} characters`,
});

const MOST_LOGO_BYTES = 65_536;
