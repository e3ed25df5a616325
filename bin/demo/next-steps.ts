import type { Tokens } from '../../adapters/http/tokens.js';
import type { UserId } from '../../domain/shared/ids.js';

export interface NextSteps {
  readonly apiUrl: string;
  /** Where the demo's hands are; `null` without a demo. */
  readonly handsUrl: string | null;
  readonly tokens: Pick<Tokens, 'issueToken'>;
  readonly user: UserId;
  readonly newId: () => string;
}

/** Lines for a shell that work as they are printed; a test runs them. */
export const shellLines = async (next: NextSteps): Promise<readonly string[]> => {
  const { apiUrl, handsUrl, user, newId } = next;
  const near = 'lat=27.7172&lng=85.3240&radius=5';
  const stations = `curl -sw '\\n' '${apiUrl}/api/stations/nearby?${near}'`;
  if (handsUrl === null) return [stations];
  const principal = { kind: 'user', id: user, roles: ['user'], sessionId: null } as const;
  const { accessToken } = await next.tokens.issueToken(principal);
  const authorised = '-H "Authorization: Bearer $TOKEN"';
  const json = "-H 'Content-Type: application/json'";
  const key = `-H 'Idempotency-Key: ${newId()}'`;
  const rent = JSON.stringify({ station_sn: 'KTM001', package_id: 'hour-1' });
  const back = JSON.stringify({ user, station: 'BKT001' });
  return [
    stations,
    `TOKEN=${accessToken}`,
    `curl -sw '\\n' -X POST ${apiUrl}/api/rentals/start ${authorised} ${json} ${key} ` +
      `-H 'Prefer: wait=15' -d '${rent}'`,
    `curl -sw '\\n' -X POST ${handsUrl}/put-back -d '${back}'`,
    `curl -sw '\\n' ${apiUrl}/api/payments/transactions ${authorised}`,
  ];
};
