/** Tabs are often left for a moment only. */
const LEAVE_MILLIS = 1500;

/**
 * Tells whether an element can be seen: in a window that is shown, and scrolled into it. Leaving is told
 * a little later than coming back.
 */
export function watchVisibility(element: HTMLElement, tell: (visible: boolean) => void): () => void {
  let near = true;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const floating = () => document.pictureInPictureElement === element;
  const decide = () => {
    clearTimeout(timer);
    if (floating() || (near && document.visibilityState === 'visible')) {
      tell(true);
    } else {
      timer = setTimeout(() => tell(false), LEAVE_MILLIS);
    }
  };
  const observer = new IntersectionObserver(
    (entries) => {
      near = entries.at(-1)?.isIntersecting ?? near;
      decide();
    },
    { rootMargin: '120px' },
  );
  observer.observe(element);
  document.addEventListener('visibilitychange', decide);
  element.addEventListener('enterpictureinpicture', decide);
  element.addEventListener('leavepictureinpicture', decide);
  return () => {
    clearTimeout(timer);
    observer.disconnect();
    document.removeEventListener('visibilitychange', decide);
    element.removeEventListener('enterpictureinpicture', decide);
    element.removeEventListener('leavepictureinpicture', decide);
  };
}
