import { useLayoutEffect, useRef, useState } from 'react';

/** Foreign HTML: no scripts, no forms, nothing fetched from elsewhere; a link that is clicked opens in a tab of its own. */
export function HtmlPreview({ html }: { html: string }): React.JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const [look, setLook] = useState<FrameLook | null>(null);

  useLayoutEffect(() => {
    if (!box.current) return;
    const style = getComputedStyle(box.current);
    setLook({ ink: style.color, scheme: style.colorScheme });
  }, []);

  // a frame gets its document once: one that is replaced while it loads may stay blank
  return (
    <div ref={box} className="fn-html">
      {look && (
        <iframe
          key={html}
          title="Preview"
          sandbox="allow-popups allow-popups-to-escape-sandbox"
          referrerPolicy="no-referrer"
          srcDoc={frameDocument(html, look)}
        />
      )}
    </div>
  );
}

interface FrameLook {
  ink: string;
  scheme: string;
}

const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:";

/** The frame's document: the policy first, then the look of the editor, then the foreign part. */
export function frameDocument(html: string, look: FrameLook): string {
  return [
    '<!doctype html><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    '<base target="_blank">',
    '<style>',
    `:root{color-scheme:${look.scheme === 'dark' ? 'dark' : 'light'};background:transparent}`,
    `body{margin:8px;font:12px/1.4 system-ui,sans-serif;color:${look.ink};overflow-wrap:anywhere}`,
    'img,svg{max-width:100%;height:auto}',
    'table{border-collapse:collapse;font-size:11px}th,td{padding:2px 6px;text-align:right}',
    '</style>',
    html,
  ].join('');
}
