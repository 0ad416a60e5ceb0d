import { useRef } from 'react';
import type { PortState } from '../../protocol/types.gen';
import { takesFile } from '../../renderers/fieldKind';
import { Icon } from '../../renderers/Icon';
import { useEditor } from '../context';

/** Beside the field of an input that is the path of a file: uploads one. */
export function UploadButton({ uuid, port }: { uuid: string; port: PortState }): React.JSX.Element | null {
  const { uploads } = useEditor();
  const chooser = useRef<HTMLInputElement>(null);
  if (!uploads || !takesFile(port)) return null;
  return (
    <>
      <button
        type="button"
        className="fn-icon-button fn-upload nodrag"
        data-testid={`fn-upload-${port.id}`}
        title="Upload…"
        aria-label={`Upload a file for ${port.name}`}
        onClick={() => chooser.current?.click()}
      >
        <Icon name="upload" size={14} />
      </button>
      <input
        ref={chooser}
        type="file"
        hidden
        onChange={event => {
          const files = [...(event.currentTarget.files ?? [])];
          // else choosing the same file again would say nothing
          event.currentTarget.value = '';
          if (files.length > 0) void uploads.sendTo(uuid, port.id, files);
        }}
      />
    </>
  );
}
