import { ApiError, answerOf, headers, UNREACHABLE } from './http';
import { httpUrl, type ServerAddress } from './server';

export interface UploadOptions {
  /** How much of it is sent, 0…1. */
  onProgress?(fraction: number): void;
  /** Breaks it off; the promise rejects with the code `Aborted`. */
  signal?: AbortSignal;
}

/** Sends a file as the body of a POST below `funcnodes/`; the JSON of the answer. Throws an {@link ApiError}. */
export function upload<T>(
  server: ServerAddress,
  path: string,
  file: Blob,
  { onProgress, signal }: UploadOptions = {},
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    // fetch cannot tell how far it is
    const request = new XMLHttpRequest();
    request.open('POST', httpUrl(server, path));
    for (const [name, value] of Object.entries(headers(server, false))) request.setRequestHeader(name, value);
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.upload.onprogress = ({ loaded, total }) => onProgress?.(total > 0 ? loaded / total : 1);
    request.onload = () => {
      try {
        resolve(answerOf<T>(request.status, request.statusText, request.responseText));
      } catch (error) {
        reject(error);
      }
    };
    request.onerror = () => reject(new ApiError(0, 'Unreachable', UNREACHABLE));
    request.onabort = () => reject(new ApiError(0, 'Aborted', 'It was broken off; nothing was kept.'));
    signal?.addEventListener('abort', () => request.abort());
    if (signal?.aborted) request.abort();
    else request.send(file);
  });
}
