import { ApiProblem, BASE, type ProblemBody, problemFrom, type Uploaded } from '../api';

interface UploadOptions {
  dryRun: boolean;
  /** From 0 to 1, of what has to be sent. */
  onProgress: (fraction: number) => void;
  signal: AbortSignal;
}

/** `fetch` does not tell how much has been sent, so this is an XMLHttpRequest. */
export function upload(file: File, { dryRun, onProgress, signal }: UploadOptions): Promise<Uploaded> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append('file', file);
    request.open('POST', `${BASE}/plugins${dryRun ? '?dryRun=true' : ''}`);
    request.setRequestHeader('Accept', 'application/json');
    request.responseType = 'json';
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) {
        onProgress(event.loaded / event.total);
      }
    };
    request.onload = () => {
      const answer: unknown = request.response;
      if (request.status >= 200 && request.status < 300) {
        resolve(answer as Uploaded);
      } else {
        const problem = (answer ?? {}) as ProblemBody;
        reject(problemFrom(request.status, problem));
      }
    };
    request.onerror = () => reject(new ApiProblem(0, 'No connection'));
    request.onabort = () => reject(new DOMException('cancelled', 'AbortError'));
    signal.addEventListener('abort', () => request.abort());
    request.send(body);
  });
}
