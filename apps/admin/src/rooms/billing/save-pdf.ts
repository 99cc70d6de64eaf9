/** Hands a drawn document to the browser to save under its name. */
export function savePdf({ name, pdf }: { name: string; pdf: Uint8Array }): void {
  const url = URL.createObjectURL(new Blob([new Uint8Array(pdf)], { type: "application/pdf" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
