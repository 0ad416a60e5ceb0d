import { createContext, useContext } from 'react';
import { tableOf } from '../../model/table';
import type { Preview } from '../../protocol/types.gen';
import type { PluginRenderer, Renderers } from './api';

/** The renderers that plugins brought to this editor. */
export const RenderersContext = createContext<Renderers>(tableOf());

/** Who draws a value, where a plugin does: by the renderer that the pack names, else by the value's class. */
export function usePluginRenderer(preview: Preview): PluginRenderer | undefined {
  const renderers = useContext(RenderersContext);
  return renderers[preview.renderer] ?? renderers[preview.value_type];
}
