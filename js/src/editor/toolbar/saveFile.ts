/** Has the browser keep `content` as a file of that name. */
export function saveFile(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // the download holds what it needs once it has begun
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
