/** A picture as an <img>, where no script inside it can run. */
export function ImagePreview({
  mime,
  data,
  alt,
}: {
  mime: string;
  data: string;
  alt: string;
}): React.JSX.Element {
  return <img className="fn-image" src={imageSource(mime, data)} alt={alt} draggable={false} />;
}

/** The data address of a picture: SVG comes as text, everything else as base64. */
export function imageSource(mime: string, data: string): string {
  if (mime === 'image/svg+xml') return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(data)}`;
  return `data:${mime};base64,${data.replaceAll('\n', '')}`;
}
