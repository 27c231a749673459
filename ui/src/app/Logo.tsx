/** Not read out: the name stands beside it, or is its link's label. */
export function Logo({ size = 32 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" fill="none" aria-hidden>
      <path
        d="M2.5 16S7.4 7.5 16 7.5 29.5 16 29.5 16 24.6 24.5 16 24.5 2.5 16 2.5 16Z"
        stroke="currentColor"
        strokeWidth="2.4"
        strokeLinejoin="round"
      />
      <circle cx="16" cy="16" r="4.6" fill="var(--vigil-accent-text)" />
    </svg>
  );
}
