export { api, ApiProblem, BASE, call, type ProblemBody, problemFrom, query, type WrongField } from './client';
export * from './queries';
export { useChange, useConnection } from './changes';
export type * from './types';
