/** What a request did, as people say it: the audit notes method and path. */
const DEEDS: readonly (readonly [string, RegExp, string])[] = [
  ['POST', /^cameras$/, 'camera.add'],
  ['POST', /^cameras\/discover$/, 'camera.discover'],
  ['POST', /^cameras\/test$/, 'camera.test'],
  ['PUT', /^cameras\/([^/]+)$/, 'camera.change'],
  ['PATCH', /^cameras\/([^/]+)$/, 'camera.change'],
  ['DELETE', /^cameras\/([^/]+)$/, 'camera.remove'],
  ['POST', /^cameras\/([^/]+)\/exports$/, 'export.add'],
  ['DELETE', /^exports\/([^/]+)$/, 'export.remove'],
  ['POST', /^users$/, 'user.add'],
  ['PATCH', /^users\/([^/]+)$/, 'user.change'],
  ['DELETE', /^users\/([^/]+)$/, 'user.remove'],
  ['POST', /^sessions\/current\/password$/, 'password'],
  ['PUT', /^sessions\/current\/preferences$/, 'preferences'],
  ['POST', /^tokens$/, 'token.add'],
  ['DELETE', /^tokens\/([^/]+)$/, 'token.remove'],
  ['POST', /^volumes$/, 'volume.add'],
  ['DELETE', /^volumes\/([^/]+)$/, 'volume.remove'],
  ['POST', /^plugins$/, 'plugin.add'],
  ['POST', /^plugins\/([^/]+)\/start$/, 'plugin.start'],
  ['POST', /^plugins\/([^/]+)\/stop$/, 'plugin.stop'],
  ['DELETE', /^plugins\/([^/]+)$/, 'plugin.remove'],
  ['POST', /^views$/, 'view.add'],
  ['PUT', /^views\/([^/]+)$/, 'view.change'],
  ['DELETE', /^views\/([^/]+)$/, 'view.remove'],
  ['setup', /^(.*)$/, 'setup'],
  ['sign-in', /^/, 'signIn'],
  ['sign-out', /^/, 'signOut'],
  ['issue-token', /^(.*)$/, 'token.issue'],
];

export interface Deed {
  /** Below `audit.deeds` of the texts; undefined if there are no words for it. */
  words: string | undefined;
  /** What it was done to. */
  what: string;
}

export function deedOf(action: string, target: string): Deed {
  for (const [method, path, words] of DEEDS) {
    const found = method === action ? path.exec(target) : null;
    if (found) {
      return { words, what: found[1] ?? '' };
    }
  }
  return { words: undefined, what: `${action} ${target}` };
}
