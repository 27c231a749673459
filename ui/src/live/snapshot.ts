/** `Front door 2026-11-22 14-03-05.png`: what every file system takes, in the viewer's own time. */
export function snapshotName(camera: string, at: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join('-');
  // eslint-disable-next-line no-control-regex
  const safe = camera.replace(/[\u0000-\u001f<>:"/\\|?*]+/g, ' ').trim().slice(0, 80);
  return `${safe || 'camera'} ${date} ${time}.png`;
}

/** Downloads the picture that is shown, in its own size. */
export async function saveSnapshot(video: HTMLVideoElement | null, camera: string, delaySeconds: number): Promise<void> {
  if (!video || video.videoWidth === 0) return;
  const at = new Date(Date.now() - delaySeconds * 1000);
  const canvas = document.createElement('canvas');
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext('2d')?.drawImage(video, 0, 0);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (!blob) return;
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = snapshotName(camera, at);
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
