import { snapshotName } from '../live/snapshot';

/** Downloads the picture that is shown, in its own size, named after its time. */
export async function savePicture(video: HTMLVideoElement | null, camera: string, time: number): Promise<void> {
  if (!video || video.videoWidth === 0) {
    return;
  }
  const canvas = document.createElement('canvas');
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext('2d')?.drawImage(video, 0, 0);
  const blob = await new Promise<Blob | null>((resolve) => {
    canvas.toBlob(resolve, 'image/png');
  });
  if (blob) {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(blob);
    link.download = snapshotName(camera, new Date(time));
    link.click();
    setTimeout(() => {
      URL.revokeObjectURL(link.href);
    }, 10_000);
  }
}
