import { useQuery } from '@tanstack/react-query';
import { api, type Items, type Role, type User } from '../api';
import type { components } from '../api/schema';

export type Token = components['schemas']['TokenView'];
export type IssuedToken = components['schemas']['IssuedToken'];

export const ROLES: readonly Role[] = ['admin', 'operator', 'viewer'];

/** Roles that somebody of a role can give to a token: their own and lesser ones. */
export function rolesUpTo(role: Role): readonly Role[] {
  return ROLES.slice(ROLES.indexOf(role));
}

export const accountKeys = { users: ['users'] as const, tokens: ['tokens'] as const };

export function useUsers() {
  return useQuery({
    queryKey: accountKeys.users,
    queryFn: async ({ signal }) => (await api.get<Items<User>>('/users', { signal })).items,
  });
}

export function useTokens() {
  return useQuery({
    queryKey: accountKeys.tokens,
    queryFn: async ({ signal }) => (await api.get<Items<Token>>('/tokens', { signal })).items,
  });
}

const ALPHABET = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const LENGTH = 20;

/** A password that nobody guesses, without signs that look alike. */
export function randomPassword(): string {
  const bytes = new Uint8Array(LENGTH * 4);
  crypto.getRandomValues(bytes);
  // What would make some letters likelier than others is left out.
  const fair = 256 - (256 % ALPHABET.length);
  return [...bytes]
    .filter((byte) => byte < fair)
    .slice(0, LENGTH)
    .map((byte) => ALPHABET[byte % ALPHABET.length])
    .join('');
}
