/** Access lists: who may do what with a stream, as metadata and settings spell it. */

/** Read and write the stream, delete it, read and write its metadata. */
export type StreamAction = '$r' | '$w' | '$d' | '$mr' | '$mw';

const ACTIONS: readonly StreamAction[] = ['$r', '$w', '$d', '$mr', '$mw'];

/** Names of users and groups by action; an action that is not there is left to the defaults. */
export type StreamAcl = Readonly<Partial<Record<StreamAction, readonly string[]>>>;

/** Reads a list; whatever cannot be understood counts as absent. */
export function parseStreamAcl(json: unknown): StreamAcl | undefined {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined;
  const entries = new Map<string, unknown>(Object.entries(json));
  const acl: Partial<Record<StreamAction, readonly string[]>> = {};
  for (const action of ACTIONS) {
    const roles = parseRoles(entries.get(action));
    if (roles !== undefined) acl[action] = roles;
  }
  return acl;
}

/** One role may stand alone; an empty list lets nobody in but administrators. */
function parseRoles(json: unknown): readonly string[] | undefined {
  if (typeof json === 'string') return [json];
  if (!Array.isArray(json)) return undefined;
  const roles = json.filter((role): role is string => typeof role === 'string');
  return roles.length === json.length ? roles : undefined;
}
