/** A port's id as React Flow gets it, which makes selectors of ids: no quote, backslash or control character is in it. */
export function handleId(port: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are meant
  return port.replace(/[\u0000-\u001f"\\%]/g, mark => `%${mark.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** The port's id that {@link handleId} was made of. */
export function portOfHandle(handle: string): string {
  return handle.replace(/%(..)/g, (_all, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
