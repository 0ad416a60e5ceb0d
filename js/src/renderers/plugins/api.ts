/** What the code of a node pack and the editor know of each other. */

/** A value as a plugin gets it. */
export interface PluginPreview {
  /** Mime types, and for each text, JSON, or base64 of what is binary. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Full name of the value's class. */
  readonly type: string;
  /** It is older than what the node depends on. */
  readonly stale: boolean;
}

export interface PluginRenderer {
  /** Draws a value into an empty element; what is returned is called before the element goes, or shows another value. */
  render(element: HTMLElement, preview: PluginPreview): (() => void) | undefined;
}

/** What `export default function activate(api)` of a plugin gets. */
export interface PluginApi {
  readonly version: 1;
  /**
   * Has values drawn by `renderer`: those whose type a `typemap` of the pack's render options gives this name, or those
   * of the class of this full name. Throws when the name is taken.
   */
  registerRenderer(name: string, renderer: PluginRenderer): void;
}

export type Renderers = Readonly<Record<string, PluginRenderer>>;
