import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import type { Preview } from '../../protocol/types.gen';
import type { PluginRenderer } from '../plugins/api';

interface PluginPreviewProps {
  preview: Preview;
  renderer: PluginRenderer;
  /** The box to fill, in pixels. */
  height: number;
  /** Shown where the plugin fails. */
  children: ReactNode;
}

/** A value that the code of its pack draws. What fails there is said, and costs this preview only. */
export function PluginPreview({
  preview,
  renderer,
  height,
  children,
}: PluginPreviewProps): React.JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const [problem, setProblem] = useState<{ preview: Preview; text: string } | null>(null);

  useLayoutEffect(() => {
    // an element of its own each time: what the plugin does to an old one later is seen by nobody
    const element = document.createElement('div');
    element.className = 'fn-plugin-element';
    box.current?.replaceChildren(element);
    let dispose: unknown;
    try {
      const { data, value_type: type, stale } = preview;
      dispose = renderer.render(element, structuredClone({ data, type, stale }));
    } catch (error) {
      setProblem({ preview, text: String(error) });
    }
    return () => {
      try {
        if (typeof dispose === 'function') dispose();
      } catch (error) {
        console.warn('FuncNodes: a renderer of a pack failed to clean up.', error);
      }
      element.remove();
    };
  }, [preview, renderer]);

  const failed = problem?.preview === preview;
  return (
    <>
      <div ref={box} className="fn-plugin" data-testid="fn-plugin" style={{ height }} hidden={failed} />
      {failed && (
        <p className="fn-plugin-problem" role="alert" title={problem.text}>
          The pack’s renderer failed: {problem.text}
        </p>
      )}
      {failed && children}
    </>
  );
}
