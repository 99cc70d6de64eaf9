/** Hands a file to the browser to save under its name. */
export function saveFile({ name, type, content }: { name: string; type: string; content: BlobPart }): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

/** The same for a drawn document. */
export const savePdf = ({ name, pdf }: { name: string; pdf: Uint8Array }): void =>
  saveFile({ name, type: "application/pdf", content: new Uint8Array(pdf) });
