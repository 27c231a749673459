import { createContext, type ReactNode, useContext } from 'react';
import type { Session } from '../api/types';

const SessionContext = createContext<Session | undefined>(undefined);

export function SessionProvider({ session, children }: { session: Session; children: ReactNode }) {
  return <SessionContext value={session}>{children}</SessionContext>;
}

/** Who is signed in; only below the shell, where somebody always is. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error('useSession outside of a session');
  return session;
}

export type Ability = 'view' | 'review' | 'control' | 'export' | 'administer';

const abilities: Record<Session['role'], readonly Ability[]> = {
  viewer: ['view'],
  operator: ['view', 'review', 'control', 'export'],
  admin: ['view', 'review', 'control', 'export', 'administer'],
};

/** What to offer; what is allowed is the server's to say. */
export function can(session: Session, ability: Ability, cameraId?: string): boolean {
  if (!(abilities[session.role] ?? []).includes(ability)) return false;
  if (session.cameras == null) return true;
  return cameraId === undefined ? ability !== 'administer' : session.cameras.includes(cameraId);
}
