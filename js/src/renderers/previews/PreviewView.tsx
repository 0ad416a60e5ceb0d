import { memo } from 'react';
import type { Preview, TablePage } from '../../protocol/types.gen';
import { usePluginRenderer } from '../plugins/context';
import { chooseMime } from './chooseMime';
import { HtmlPreview } from './HtmlPreview';
import { ImagePreview } from './ImagePreview';
import { JsonTree } from './JsonTree';
import { PluginPreview } from './PluginPreview';
import { PreviewGuard } from './PreviewGuard';
import { TablePreview } from './TablePreview';

interface PreviewViewProps {
  preview: Preview;
  /** The box to fill, in pixels; height counts for tables only. */
  width: number;
  height: number;
  /** What the picture is of, for those who do not see it. */
  alt: string;
}

/** Draws a mime bundle: by what its pack brought, by what its pack named, or by its richest known type. */
export const PreviewView = memo(function PreviewView(props: PreviewViewProps) {
  const { preview, height } = props;
  const renderer = usePluginRenderer(preview);
  const drawn = (
    <PreviewGuard preview={preview}>
      <Drawn {...props} />
    </PreviewGuard>
  );
  if (!renderer) return drawn;
  return (
    <PluginPreview preview={preview} renderer={renderer} height={height}>
      {drawn}
    </PluginPreview>
  );
});

function Drawn({ preview, width, height, alt }: PreviewViewProps): React.JSX.Element {
  const chosen = chooseMime(preview.data, preview.renderer);
  switch (chosen?.form) {
    case 'table':
      return <TablePreview page={chosen.data as TablePage} width={width} height={height} />;
    case 'image':
      return <ImagePreview mime={chosen.mime} data={String(chosen.data)} alt={alt} />;
    case 'html':
      return <HtmlPreview html={String(chosen.data)} />;
    case 'json':
      return <JsonTree value={chosen.data} />;
    case 'text':
      return <pre className="fn-text">{String(chosen.data)}</pre>;
    case undefined:
      return <p className="fn-preview-none">This value has no picture.</p>;
  }
}
