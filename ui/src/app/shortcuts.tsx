import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useSyncExternalStore } from 'react';

export interface Shortcut {
  /** As in `useShortcut`. */
  keys: string;
  description: string;
  group: string | undefined;
}

interface Entry extends Shortcut {
  run: (event: KeyboardEvent) => void;
}

/** Longest pause between the strokes of a sequence such as `g l`. */
const SEQUENCE_MS = 1_200;

const MODIFIERS = /^(?:mod|ctrl|alt|meta)\+/;

/** `mod+shift+k`, `[`, `space`, `arrowleft`: one stroke, spelled as shortcuts are. */
export function strokeOf(event: KeyboardEvent): string {
  const key = event.key === ' ' ? 'space' : event.key.toLowerCase();
  const printable = event.key.length === 1 && event.key !== ' ';
  const letter = printable && key !== event.key.toUpperCase();
  return [
    event.ctrlKey || event.metaKey ? 'mod+' : '',
    event.altKey ? 'alt+' : '',
    // A sign that needs Shift on some keyboards, such as `?`, names itself.
    event.shiftKey && (!printable || letter) ? 'shift+' : '',
    key,
  ].join('');
}

function typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest('[contenteditable="true"]')) return true;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button', 'range', 'submit'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

/** Keys that a focused control needs for itself. */
function taken(event: KeyboardEvent): boolean {
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  if (event.key === ' ' || event.key === 'Enter') {
    return target.closest('button, a[href], summary, input, [role="button"], [role="tab"], [role="option"], [role="menuitem"]') !== null;
  }
  if (event.key.startsWith('Arrow') || ['Home', 'End', 'PageUp', 'PageDown'].includes(event.key)) {
    return target.closest('input, [role="slider"], [role="listbox"], [role="menu"], [role="tablist"], [role="radiogroup"], [role="grid"]') !== null;
  }
  return false;
}

export class Shortcuts {
  /** Last registered first: what is on top of the page wins. */
  private entries: readonly Entry[] = [];
  private readonly listeners = new Set<() => void>();
  private begun = '';
  private begunAt = 0;
  /** Single keys can be switched off (WCAG 2.1.4); those with Ctrl or Alt stay. */
  private singleKeysOff = false;

  switchSingleKeys(off: boolean) {
    this.singleKeysOff = off;
  }

  add(entry: Entry): () => void {
    this.entries = [entry, ...this.entries];
    this.tell();
    return () => {
      this.entries = this.entries.filter((it) => it !== entry);
      this.tell();
    };
  }

  list = (): readonly Shortcut[] => this.entries;

  onChange = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  press = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || ['Shift', 'Control', 'Alt', 'Meta'].includes(event.key)) return;
    const stroke = strokeOf(event);
    const plain = !MODIFIERS.test(stroke);
    if (plain && (this.singleKeysOff || typing(event.target) || taken(event))) return;
    // Dialogs keep the keyboard to themselves.
    if (document.querySelector('[role="dialog"][aria-modal="true"]') && stroke !== '?') return;
    const sequence = event.timeStamp - this.begunAt < SEQUENCE_MS && this.begun !== '' ? `${this.begun} ${stroke}` : '';
    const entry = this.find(sequence) ?? this.find(stroke);
    this.begun = '';
    if (entry !== undefined) {
      event.preventDefault();
      entry.run(event);
    } else if (this.entries.some((it) => it.keys.startsWith(`${stroke} `))) {
      this.begun = stroke;
      this.begunAt = event.timeStamp;
    }
  };

  private find(keys: string): Entry | undefined {
    return keys === '' ? undefined : this.entries.find((it) => it.keys === keys);
  }

  private tell() {
    for (const listener of this.listeners) listener();
  }
}

const ShortcutsContext = createContext<Shortcuts>(new Shortcuts());

export function ShortcutsProvider({ off, children }: { off: boolean; children: ReactNode }) {
  const shortcuts = useMemo(() => new Shortcuts(), []);
  useEffect(() => {
    shortcuts.switchSingleKeys(off);
  }, [shortcuts, off]);
  useEffect(() => {
    document.addEventListener('keydown', shortcuts.press);
    return () => document.removeEventListener('keydown', shortcuts.press);
  }, [shortcuts]);
  return <ShortcutsContext value={shortcuts}>{children}</ShortcutsContext>;
}

/** All that can be pressed now, as the page is. */
export function useShortcutList(): readonly Shortcut[] {
  const shortcuts = useContext(ShortcutsContext);
  return useSyncExternalStore(shortcuts.onChange, shortcuts.list);
}

/**
 * A key for what the component can do, while it is there: `'j'`, `'shift+j'`, `'mod+k'` (Ctrl, or Cmd), `'space'`,
 * `'arrowleft'`, `'['`, or two strokes, `'g l'`. It is shown in the `?` sheet under `group` (default: this page).
 * Nothing is pressed while somebody types.
 */
export function useShortcut(
  keys: string,
  description: string,
  run: (event: KeyboardEvent) => void,
  { enabled = true, group }: { enabled?: boolean; group?: string } = {},
) {
  const shortcuts = useContext(ShortcutsContext);
  const newest = useRef(run);
  useEffect(() => {
    newest.current = run;
  });
  useEffect(
    () => (enabled ? shortcuts.add({ keys, description, group, run: (event) => newest.current(event) }) : undefined),
    [shortcuts, keys, description, group, enabled],
  );
}
