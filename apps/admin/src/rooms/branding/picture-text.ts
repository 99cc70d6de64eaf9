import { err, ok, type Result } from "@ratebook/core";

/** A picture as the data address it is kept as; the error is a sentence. */
export async function pictureText(
  file: Pick<File, "type" | "size" | "arrayBuffer">,
): Promise<Result<string, string>> {
  if (!/^image\/(png|jpeg|webp|svg\+xml)$/.test(file.type)) return err("A PNG, JPEG, WebP or SVG picture.");
  if (file.size > 65_536) return err("At most 64 KiB.");
  const bytes = new Uint8Array(await file.arrayBuffer());
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return ok(`data:${file.type};base64,${btoa(text)}`);
}
